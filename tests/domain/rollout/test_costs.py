"""What mistakes cost, with the site's own figures; a figure that is not set claims nothing."""

from warehouse.domain.rollout.costs import Cost, CostModel, Happened, corrections, four_costs, mis_ships

HAPPENED = Happened(
    orders=400, wrong_orders=6, blocked=9, data_orders=12, late_orders=3, untrained_s=72_000, workarounds=10
)
MODEL = CostModel(
    correction_cents=1250,
    mis_ship_cents=4000,
    late_order_cents=800,
    hour_cents=2400,
    workaround_minutes=5,
    untrained_slower_percent=25,
)


def test_corrections_are_orders_times_error_rate_times_cost() -> None:
    found = corrections(MODEL, HAPPENED)
    assert (found.filled, found.cents) == ("400 × 1.5 % × 12.50", 7500)  # noqa: RUF001 - as people write it


def test_what_was_stopped_could_have_been_shipped_wrong() -> None:
    assert mis_ships(MODEL, HAPPENED).cents == 36_000


def test_the_four_costs_are_data_delay_training_and_hidden_work() -> None:
    assert {cost.name: cost.cents for cost in four_costs(MODEL, HAPPENED)} == {
        "Poor data": 15_000,
        "Delay": 2400,
        "Training deficit": 12_000,
        "Hidden work": 2000,
    }


def test_without_a_figure_nothing_is_claimed() -> None:
    nothing = Happened(orders=0, wrong_orders=0, blocked=0, data_orders=0, late_orders=0, untrained_s=0, workarounds=0)
    costs: list[Cost] = [corrections(CostModel(), nothing), mis_ships(CostModel(), HAPPENED)]
    costs += four_costs(CostModel(), HAPPENED)
    assert {cost.cents for cost in costs} == {None}
    assert all("not set" in cost.filled for cost in costs)
