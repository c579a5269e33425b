"""Constants of nature, and the temperature they are met at."""

from typing import Annotated

from .units import Parameters, Temperature, Unit, given

_CODATA = "CODATA 2018, exact in the SI of 2019"


class Nature(Parameters):
    """Faraday's and the gas constant with the cell's temperature: RT/F in one place."""

    temperature: Temperature
    faraday: Annotated[float, Unit("C/mol")] = given("96485.33212 C/mol", _CODATA, trust="measured")
    gas_constant: Annotated[float, Unit("J/mol/K")] = given(
        "8.314462618 J/mol/K", _CODATA, trust="measured"
    )

    @property
    def thermal_voltage(self) -> float:
        """RT/F [V]."""
        return self.gas_constant * self.temperature / self.faraday
