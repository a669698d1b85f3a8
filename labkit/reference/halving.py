"""Search as a tournament: many settings get a short training, the better part of them a longer one.

Sources: K. Jamieson and A. Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization" (2016).
"""


def successive_halving(configs, evaluate, min_budget, eta=3):
    """Return the winner of a tournament with growing budgets, its last score, and the record of the rungs.

    configs: sequence of n configs  evaluate: (config, budget) -> validation score
    ->  (best_config, best_score, rungs): config, float, list of (budget, scores)

    On each rung all that are still in are measured, each once, with ``evaluate(config, budget)``; higher is better.
    If only one was in, it has won, and the tournament ends. Else the best ``n_in // eta`` of the n_in go on, at least
    one, and the budget is multiplied by eta.

    The first rung has all configs and the budget min_budget. best_score is what the winner got on the last rung, alone
    and with the largest budget: scores of different budgets are not compared. rungs holds for each rung its budget and a
    dict {position in configs: score} of those who took part. No two scores of a rung are equal.

    n >= 1.  min_budget >= 1: epochs, say.  eta >= 2: 3 keeps a third.

    Source: Jamieson and Talwalkar (2016), with eta for their 2.

    >>> def evaluate(config, budget):
    ...     return config * budget
    >>> successive_halving((5, 7, 1, 3), evaluate, 1, eta=2)
    (7, 28, [(1, {0: 5, 1: 7, 2: 1, 3: 3}), (2, {0: 10, 1: 14}), (4, {1: 28})])
    """
    still_in = list(range(len(configs)))
    budget, rungs = min_budget, []
    while True:
        scores = {i: evaluate(configs[i], budget) for i in still_in}
        rungs.append((budget, scores))
        if len(still_in) == 1:
            return configs[still_in[0]], scores[still_in[0]], rungs
        ranked = sorted(still_in, key=lambda i: scores[i], reverse=True)
        still_in = sorted(ranked[: max(1, len(ranked) // eta)])
        budget = budget * eta
