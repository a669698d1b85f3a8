"""The random search of 11_tuning: each trial with a generator of its own, and one score that decides."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.observe import revive
from labkit.grading.wire import Code, Rng

NOTEBOOK = "11_tuning"
NAMES = ("best_config", "best_score", "trials")

SAMPLE = Code(
    "sample",
    'def sample(rng):\n    return {"lr": float(10 ** rng.uniform(-4, 0)), "width": int(rng.integers(8, 65))}\n',
)


def objective(rng: np.random.Generator, *, test: bool = True, scale: float = 1.0, shift: float = 0.0) -> Code:
    """Return an objective whose scores have their peaks at different rates, and which draws some numbers in each trial."""
    valid, other = rng.uniform(-2.2, -1.6), rng.uniform(-3.4, -2.8)
    hidden = '\n    scores["test"] = f(1.0 - 0.1 * (x - o) ** 2)' if test else ""
    source = (
        f"v, o = {valid}, {other}\n\ndef f(score):\n    return float({scale} * (score + {shift}))\n\n"
        'def objective(config, rng):\n    x = np.log10(config["lr"])\n'
        '    noise = float(rng.normal(size=1 + config["width"] % 3)[0])\n'
        '    scores = {"training": f(1.0 + 0.1 * x), "validation": f(0.95 - 0.1 * (x - v) ** 2 + 0.01 * noise)}'
        f'{hidden}\n    scores["noise"] = noise\n    return scores\n'
    )
    return Code("objective", source)


def rounded(code: Code) -> Code:
    """Return the objective with validation scores of one digit, so that several trials share the first place."""
    source = code.source.replace(
        "    return scores\n", '    scores["validation"] = round(scores["validation"], 1)\n    return scores\n'
    )
    return Code(code.name, source)


def case(
    label: str, measure: Code, n_trials: int, rng: np.random.Generator, *, tied: bool = False, **options: Any
) -> Case:
    """Return a case with a seed for which every way of choosing chooses another trial."""
    for seed in rng.integers(10**6, size=2000):
        sample, measured, draws = revive(SAMPLE), revive(measure), np.random.default_rng(seed)
        scores = [measured(sample(draws), child) for child in draws.spawn(n_trials)]
        valid = np.array([s["validation"] for s in scores])
        chosen = [0, n_trials - 1, int(valid.argmax()), int(valid.argmin())]
        for name in [name for name in ("training", "test") if name in scores[0]]:
            chosen += [int(np.argmax([s[name] for s in scores])), _remembered(scores, name)]
        enough = (valid == valid.max()).sum() >= 2 if tied else len(set(chosen)) == len(chosen)
        if n_trials == 1 or enough:
            return Case(label, (measure, SAMPLE, n_trials, Rng(int(seed))), **options)
    raise RuntimeError("no seed tells the ways of choosing apart")


def search_cases(rng: np.random.Generator) -> list[Case]:
    return [
        case("12 trials", objective(rng), 12, rng),
        case("25 trials with another objective", objective(rng), 25, rng),
        case("a single trial", objective(rng), 1, rng, aspect="one trial"),
        case("scores below 0", objective(rng, shift=-3.0, scale=2.0), 10, rng, aspect="kinds of scores"),
        case("an objective without a test score", objective(rng, test=False), 10, rng, aspect="kinds of scores"),
        case("several trials in the first place", rounded(objective(rng)), 30, rng, tied=True, aspect="equal scores"),
    ]


SAYS = {
    "training score against validation score": "A trial's training score is compared with the best validation score: two different things. The "
    "*validation* score must decide, on both sides of the >.",
    "test score against validation score": "A trial's test score is compared with the best validation score. Test scores have no say: the "
    "*validation* score must decide, on both sides of the >.",
    "sum of all scores": "All scores of a trial are added up, and the sum decides. Only the *validation* score has a say.",
    "score of another trial": "The config is right, but its score is not: it is in the record, and belongs to another trial, or is another kind of "
    "score. The best trial's own validation score is asked for.",
    "measured again": "The config is right, but its score is not the one in the record: is the best config measured once more? Its luck would be "
    "another one. Return the score that made it the best.",
    "seeds drawn from rng": "The configs are not those that sample(rng) gives. Is something else drawn from rng on the way, such as seeds by "
    "rng.integers? rng.spawn takes no numbers from it.",
    "best by training score": "The training score decides. It rewards learning by heart: the *validation* score must decide.",
    "test used for choosing": "The test score decides. Whoever chooses by it has no honest number left at the end: the *validation* score "
    "must decide.",
    "lowest score wins": "The trial with the lowest validation score is returned; higher is better here.",
    "last trial returned": "This is the last trial. The best one so far must be remembered, or be looked up at the end.",
    "training score returned": "The config is right, but the score returned is its training score; its validation score is asked for.",
    "test score returned": "The config is right, but the score returned is its test score; its validation score is asked for.",
    "same seed for all trials": "Every trial gets a generator with the same seed, so all share their luck: the same first weights, the same "
    "shuffles. Give trial t a generator of its own, number t of rng.spawn(n_trials).",
    "one config for all": "All trials have the same config: call sample(rng) once for *each* trial.",
    "trials in another order": "These are the right trials in another order: leave the record as it was made, trial 0 first.",
    "generators of another origin": "The configs are right, but the trials' generators are not those of rng.spawn(n_trials), so no trial could be "
    "run again alone.",
}


def trials_judge(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the results; where they differ, look who was chosen and by which score, and where the luck came from."""
    finding = difference(expected, got, names=NAMES)
    if finding is None:
        return None
    if finding.stage != "values" and isinstance(got, list | tuple) and len(got) == 3:
        return _form(expected[2], got[2], finding)
    if finding.stage != "values" or "in the order" in finding.sentence:
        return finding
    config, score, trials = got
    wrong = difference(expected[2], trials, where="trials")
    if wrong is not None and wrong.stage != "values":
        return _form(expected[2], trials, wrong)
    name = _choice(expected[2], expected[0], config, score) if wrong is None else _origin(expected[2], trials)
    return Finding("values", finding.sentence, SAYS[name], name) if name else finding


PAIRS = "The record is a list of pairs (config, scores), in this order: both as the trial had them, the whole dict of scores too."
COUNT = "The record has {got} trials, and n_trials is {expected}. Each trial is recorded, whether it is the best so far or not, and the loop runs n_trials times."


def _form(expected: Any, got: Any, finding: Finding) -> Finding:
    """Return the finding for results of another form, with what the record should look like."""
    if isinstance(got, list | tuple) and len(got) != len(expected):
        return Finding(finding.stage, finding.sentence, COUNT.format(got=len(got), expected=len(expected)))
    if " trials" in finding.sentence or not isinstance(got, list | tuple) or difference(expected, got) is not None:
        return Finding(finding.stage, finding.sentence, PAIRS)
    return finding


def _origin(expected: Any, trials: Any) -> str:
    """Return the name of what is wrong with trials of the right form: their configs, or their generators."""
    configs, luck = [config for config, _ in trials], [scores["noise"] for _, scores in trials]
    if len(trials) > 1 and all(_alike(config, configs[0]) for config in configs):
        return "one config for all"
    if len(trials) > 1 and np.ptp(luck) == 0:
        return "same seed for all trials"
    ours, theirs = (sorted(np.round(scores, 9)) for scores in ([s["noise"] for _, s in expected], luck))
    if ours == theirs:
        return "trials in another order"
    same = [_alike(e, g) for (e, _), g in zip(expected, configs, strict=True)]
    return "generators of another origin" if all(same) else "seeds drawn from rng"


def _choice(trials: Any, right: Any, config: Any, score: Any) -> str:
    """Return the name of the rule by which a wrong trial, or a wrong score of the right one, was chosen."""
    scores = [s for _, s in trials]
    if _alike(right, config):
        own = next(s for c, s in trials if _alike(c, right))
        if _alike(sum(own.values()), score):
            return "sum of all scores"
        returned = (f"{n} score returned" for n in ("training", "test") if n in own and _alike(own[n], score))
        elsewhere = any(_alike(value, score) for s in scores for value in s.values())
        return next(returned, "score of another trial" if elsewhere else "measured again")
    ends = {name: _remembered(scores, name) for name in ("training", "test") if name in scores[0]}
    rules = {
        "sum of all scores": int(np.argmax([sum(s.values()) for s in scores])),
        "best by training score": np.argmax([s["training"] for s in scores]),
        "test used for choosing": np.argmax([s.get("test", 0) for s in scores]),
        "lowest score wins": np.argmin([s["validation"] for s in scores]),
        "last trial returned": len(scores) - 1,
        "training score against validation score": ends.get("training", 0),
        "test score against validation score": ends.get("test", 0),
    }
    return next((name for name, t in rules.items() if _alike(trials[t][0], config)), "")


def _remembered(trials: Any, name: str) -> int:
    """Return the trial that wins when its score ``name`` is compared with the validation score of the best so far."""
    best, highest = 0, -np.inf
    for t, scores in enumerate(trials):
        if scores[name] > highest:
            best, highest = t, scores["validation"]
    return best


def _alike(expected: Any, got: Any) -> bool:
    return difference(expected, got) is None


def remembers_from_zero(objective: Any, sample: Any, n_trials: int, rng: Any) -> Any:
    best_config, best_score, trials = None, 0.0, []
    for child in rng.spawn(n_trials):
        config = sample(rng)
        trials.append((config, objective(config, child)))
        if trials[-1][1]["validation"] > best_score:
            best_config, best_score = config, trials[-1][1]["validation"]
    return best_config, best_score, trials


CHOICE = 'np.argmax([scores["validation"] for _, scores in trials])'
TRIAL = "        config = sample(rng)\n        trials.append((config, objective(config, child)))\n"


def _mistake(name: str, old: str, new: str, *more: tuple[str, str]) -> Mistake:
    return Mistake(name, Edit(old, new, more), SAYS[name])


SEARCH = Exercise(
    id="random_search",
    notebook=NOTEBOOK,
    reference="labkit.reference.random_search:random_search",
    title="Try at random",
    probe="loop",
    points=2,
    cases=search_cases,
    judge=trials_judge,
    mistakes=(
        _mistake(
            "best by training score",
            CHOICE,
            CHOICE.replace("validation", "training"),
            ('trials[best][1]["validation"]', 'trials[best][1]["training"]'),
        ),
        _mistake(
            "test used for choosing",
            CHOICE,
            'np.argmax([scores.get("test", scores["validation"]) for _, scores in trials])',
        ),
        _mistake("lowest score wins", "np.argmax", "np.argmin"),
        _mistake("last trial returned", f"int({CHOICE})", "n_trials - 1"),
        _mistake("training score returned", 'trials[best][1]["validation"]', 'trials[best][1]["training"]'),
        _mistake("test score returned", 'trials[best][1]["validation"]', 'trials[best][1].get("test", 0.0)'),
        _mistake("same seed for all trials", "objective(config, child)", "objective(config, np.random.default_rng(0))"),
        _mistake(
            "one config for all",
            "    for child in children:\n        config = sample(rng)\n",
            "    config = sample(rng)\n    for child in children:\n",
        ),
        _mistake(
            "generators of another origin",
            "objective(config, child)",
            "objective(config, np.random.default_rng(len(trials)))",
        ),
        _mistake(
            "trials in another order",
            '[1]["validation"], trials',
            '[1]["validation"], sorted(trials, key=lambda trial: -trial[1]["validation"])',
        ),
        _mistake(
            "seeds drawn from rng",
            "rng.spawn(n_trials)",
            "[np.random.default_rng(rng.integers(2**32)) for _ in range(n_trials)]",
        ),
        Mistake(
            "ten trials always",
            Edit("rng.spawn(n_trials)", "rng.spawn(10)"),
            "There are ten trials whatever n_trials says: rng.spawn(n_trials).",
        ),
        Mistake(
            "one trial too many",
            Edit("rng.spawn(n_trials)", "rng.spawn(n_trials + 1)"),
            "There is one trial too many: n_trials of them, from the first to the last.",
        ),
        Mistake(
            "return inside the loop",
            Edit(
                "        trials.append((config, objective(config, child)))\n",
                '        trials.append((config, objective(config, child)))\n        return config, trials[0][1]["validation"], trials\n',
            ),
            "The function ends after the first trial: the `return` is indented into the loop. It stands below the loop.",
        ),
        Mistake(
            "position of the best",
            Edit("return trials[best][0]", "return best"),
            "best_config is the position of the best trial. The config itself is asked for.",
        ),
        Mistake(
            "all scores of the best",
            Edit('trials[best][1]["validation"]', "trials[best][1]"),
            "best_score is the whole dict of scores. Its validation score is asked for, one number.",
        ),
        Mistake(
            "rng shared by all trials",
            Edit("objective(config, child)", "objective(config, rng)"),
            "The trials train with rng itself. How much one of them draws then changes the configs of all that follow: give each a "
            "generator of its own, from rng.spawn(n_trials).",
        ),
        Mistake(
            "config drawn from the trial's generator",
            Edit("sample(rng)", "sample(child)"),
            "The config is drawn from the trial's own generator; draw it from rng, and leave child to the training.",
        ),
        Mistake(
            "one trial too few",
            Edit("rng.spawn(n_trials)", "rng.spawn(max(1, n_trials - 1))"),
            "There is one trial too few: n_trials of them, from the first to the last.",
        ),
        Mistake(
            "best starts at 0",
            remembers_from_zero,
            "The best score starts at 0, so scores below 0 (a negated loss, say) never win: start with the first trial, or at -inf.",
        ),
        Mistake(
            "last of equal ones",
            Edit(f"int({CHOICE})", f"n_trials - 1 - int({CHOICE.replace('in trials]', 'in trials[::-1]]')})"),
            "Of trials with the same score the last is returned; it is the first that counts. Is there a >= where > belongs?",
        ),
        Mistake(
            "validation scores alone",
            Edit(
                "(config, objective(config, child))",
                '(config, objective(config, child)["validation"])',
                (
                    ('scores["validation"] for', "scores for"),
                    ('[1]["validation"]', "[1]"),
                ),
            ),
            "The record holds the validation score alone. Keep the whole dict of scores: one day you will want to look at the others.",
        ),
    ),
    hints=(
        "One loop over the trials. In it: draw a config, measure it, append the pair to a list.",
        "`children = rng.spawn(n_trials)` is a list of generators, one a trial: zip it with the trials, or loop over it.",
        'After the loop: a list of the scores["validation"] of all trials; np.argmax of it is the position of the best.',
    ),
)
