"""A search for a better config with Optuna (pip install optuna), each trial a run of `mdl train`.

    python search.py config.yaml --trials 50

Trial 0 is the config as it is. Each worker that is started after it, on whatever machine sees the folder, adds so many trials to the same
study, which is kept in search/study.log.
"""
import argparse
import json
import os
import signal
import subprocess
import sys

import optuna
import yaml
from optuna.distributions import CategoricalDistribution, FloatDistribution, distribution_to_json
from optuna.trial import TrialState

# What is searched; the config's own values have to be among these. train.epochs is not: losses are compared at the same step.
SPACE = {
    "train.learning_rate": FloatDistribution(0.001, 0.3, log=True),
    "train.weight_decay": FloatDistribution(0, 0.1),
    "model.dropout": FloatDistribution(0, 0.5),
    "model.periodic_sigma": FloatDistribution(0.03, 3, log=True),
    "model.activation": CategoricalDistribution(["selu", "mish", "relu"]),
}
FOLDER = "search"


class TrainingFailed(Exception):
    """A trial without a score: its loss was not finite, say."""


def train(config, name, settings, evaluated=lambda step, loss: None):
    """The final scores of a run in search/NAME. What `evaluated` raises ends the run, which --resume could go on with."""
    folder = os.path.join(FOLDER, name)
    command = ["mdl", "train", config, "--output", folder, "--force", "--progress", "json", "--scores", folder + ".json"]
    for key, value in settings.items():
        command += ["--set", f"{key}={value}"]
    said = ""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as run:
        try:
            for line in run.stderr:
                said = line if not line.startswith("{") else said
                record = json.loads(line) if line.startswith("{") else {}
                if "validation_loss" in record:
                    evaluated(record["step"], record["validation_loss"])
        except BaseException:
            run.send_signal(signal.SIGTERM)
            run.stderr.close()
            raise
    if run.returncode == 1:
        raise TrainingFailed(said.strip())
    if run.returncode != 0:  # a wrong command line, or a program that is stopped, is no trial that failed
        raise subprocess.CalledProcessError(run.returncode, command, stderr=said)
    with open(folder + ".json") as file:
        return json.load(file)


def objective_of(scores):
    return scores["log_loss"] if "log_loss" in scores else scores["rmse"]


def values_of_run(name):
    """What a run took for each key, with what it decided itself."""
    with open(os.path.join(FOLDER, name, "config.yaml")) as file:
        config = yaml.safe_load(file)
    return {key: config[section][name] for key, (section, name) in ((key, key.split(".")) for key in SPACE)}


def open_study():
    os.makedirs(FOLDER, exist_ok=True)
    backend = optuna.storages.journal.JournalFileBackend(os.path.join(FOLDER, "study.log"))
    return optuna.create_study(
        study_name="mdl",
        storage=optuna.storages.JournalStorage(backend),
        load_if_exists=True,
        sampler=optuna.samplers.TPESampler(multivariate=True, constant_liar=True),
        pruner=optuna.pruners.MedianPruner(),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", nargs="?", help="a config of mdl")
    parser.add_argument("--trials", type=int, default=20, help="how many this worker adds to the first one")
    parser.add_argument("--print-space", action="store_true", help="print what is searched, as `optuna ask` takes it")
    arguments = parser.parse_args()
    if arguments.print_space:
        print(json.dumps({key: json.loads(distribution_to_json(values)) for key, values in SPACE.items()}))
        return
    if not arguments.config:
        parser.error("which config?")

    study = open_study()
    if not study.trials:
        scores = train(arguments.config, "0", {})
        study.add_trial(
            optuna.create_trial(value=objective_of(scores), params=values_of_run("0"), distributions=SPACE)
        )

    for _ in range(arguments.trials):
        trial = study.ask(SPACE)

        def evaluated(step, loss):
            trial.report(loss, step)
            if trial.should_prune():
                raise optuna.TrialPruned

        try:
            scores = train(arguments.config, str(trial.number), trial.params, evaluated)
            study.tell(trial, objective_of(scores))
        except optuna.TrialPruned:
            study.tell(trial, state=TrialState.PRUNED)
        except TrainingFailed as why:
            study.tell(trial, state=TrialState.FAIL)
            print(f"trial {trial.number} failed: {why}", file=sys.stderr)
        except BaseException:
            study.tell(trial, state=TrialState.FAIL)
            raise
    best = study.best_trial
    print(f"trial 0, the config as it is: {study.trials[0].value:.6g}")
    print(f"trial {best.number}, the best of {len(study.trials)}: {best.value:.6g}")
    print(f"{FOLDER}/{best.number}/model.safetensors")


if __name__ == "__main__":
    sys.exit(main())
