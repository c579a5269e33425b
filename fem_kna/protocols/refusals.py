"""Steps that cannot be meant: each is refused with what is wrong and what is accepted."""

from collections.abc import Iterator

from .steps import OF_CATHODES, Step

ANY_END = "accepted: 'for TIME', or 'until' a limit that it can meet"


def problem_of(step: Step) -> str | None:
    """Return why a step cannot be meant, and what is accepted; None where it can."""
    check = {"rest": _of_rest, "hold": _of_hold}.get(step.action, _of_current)
    return next(check(step), None) or next(_of_all(step), None)


def _of_all(step: Step) -> Iterator[str]:
    if not _ends(step):
        yield f"can never end; {ANY_END}"
    if step.until_concentration is not None and step.until_concentration <= 0:
        yield "a concentration comes close to nought, never there; accepted: one above it"


def _of_rest(step: Step) -> Iterator[str]:
    if _kept(step):
        yield "a rest has no current and no voltage of its own; accepted: 'Rest for TIME'"
    for name, words in (
        ("until_voltage", "voltage"),
        ("until_current", "current"),
        ("capacity", "capacity"),
    ):
        if getattr(step, name) is not None:
            yield (
                f"no current flows, so that it can wait for a {words} for ever; accepted: "
                "'Rest for TIME'"
            )


def _of_hold(step: Step) -> Iterator[str]:
    if step.voltage is None or step.current is not None or step.rate is not None:
        yield "a hold keeps a voltage; accepted: 'Hold at -50 mV for 10 min'"
    if step.until_voltage is not None:
        yield (
            "contradictory: the voltage is held; accepted: 'until' a current density, a capacity, "
            "or 'for TIME'"
        )
    if step.until_current is not None and step.until_current <= 0:
        yield (
            "a current falls towards nought, never there; accepted: a magnitude, as in "
            "'until 0.1 mA/cm^2'"
        )


def _of_current(step: Step) -> Iterator[str]:
    if step.voltage is not None:
        yield (
            f"at a voltage; accepted: a current density or a C-rate, or 'Hold at {step.voltage:g} "
            "V', negative to plate"
        )
    if step.current is None and step.rate is None:
        yield "at which current? accepted: a current density or a C-rate, as in 'at 4 mA/cm^2'"
    if step.current is not None and step.current == 0:
        waits = "a voltage" if step.until_voltage is not None else "anything"
        yield f"with zero current it never reaches {waits}; accepted: a current above 0, or 'Rest'"
    if step.current is not None and step.current < 0:
        pair = OF_CATHODES if step.action in OF_CATHODES else ("plate", "strip")
        yield f"'{pair[0]}' and '{pair[1]}' give the direction; accepted: a current above 0"
    if step.until_current is not None:
        yield "contradictory: the current is given and never falls; accepted: with 'Hold' only"
    if step.duration is not None and step.capacity is not None:
        yield (
            "contradictory: at a given current time and capacity are the same limit; accepted: one "
            "of them"
        )
    if step.action in OF_CATHODES:
        return
    if step.until_voltage is not None and step.until_voltage * step.direction >= 0:
        sense = ("below", "negative") if step.action == "plate" else ("above", "positive")
        yield (
            f"contradictory: to {step.action} takes the voltage {sense[0]} zero; accepted: a "
            f"{sense[1]} one"
        )


def _kept(step: Step) -> bool:
    return any(value is not None for value in (step.current, step.rate, step.voltage))


def _ends(step: Step) -> bool:
    ends = (step.duration, step.capacity, step.until_voltage, step.until_current, step.until)
    return any(value is not None for value in (*ends, step.until_concentration))
