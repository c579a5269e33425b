"""What a sweep writes when it ends: table, data set, indices, and what is said of them."""

from collections.abc import Iterator
from typing import Any

from ..results.writing import write_json
from .dataset import dataset
from .indices import INDICES, decisive, indices
from .plan import Plan
from .table import rows, write_table

TABLE, DATASET = "table.csv", "sweep.nc"


def written(plan: Plan) -> Iterator[str]:
    """Write all into the folder of the sweep, and yield what is to be said."""
    table = rows(plan)
    write_table(plan.folder / TABLE, table)
    found = dataset(plan, table)
    aside = plan.folder / f"{DATASET}.part"
    found.to_netcdf(aside, engine="scipy", format="NETCDF3_64BIT")
    aside.replace(plan.folder / DATASET)
    told: dict[str, Any] | None = indices(plan, table)
    if told is not None:
        write_json(plan.folder / INDICES, told)
        yield from decisive(told)
