"""Directs a part of the requests at existing objects, so that the API does real work, and records every response.

Commands have the generated text after a line that exits the shell: generated text is never run on this machine.
"""

import itertools
import json
import os
import urllib.request

import schemathesis

URL = os.environ["TASKBRIDGE_URL"]
SPACE = "demo"
ANSWERS = open(os.environ["TASKBRIDGE_ANSWERS"], "a", buffering=1, encoding="utf-8")
CRONS = ["0 2 * * mon-fri", "@daily", "*/15 9-17 1 * *", "30 6 1 1 *", "0 0 29 2 *"]
PATTERNS = [
    {"source": ["shop.orders"]},
    {"source": ["shop.orders"], "detail": {"key": [{"prefix": "in/"}, {"wildcard": "*.csv"}]}},
    {"source": [{"prefix": "shop."}], "$or": [{"account": ["1"]}, {"detail": {"n": [{"numeric": [">", 1]}]}}]},
]
ZONES = ["UTC", "Europe/Berlin", "Asia/Seoul", "America/St_Johns"]

count = itertools.count()


def ask(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {os.environ['TASKBRIDGE_TOKEN']}"}
    request = urllib.request.Request(f"{URL}/v1/spaces/{SPACE}{path}", data=data, method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.loads(response.read() or b"null")


def push(app, **spec):
    ask("PUT", f"/apps/{app}", {"image": "busybox:1", "command": "echo done", **spec})


def job(**more):
    name = f"job-{next(count)}"
    ask("POST", "/jobs", {"name": name, "app": "billing", **more})
    return name


def sleeper():
    return ask("POST", "/apps/billing/tasks", {"command": "sleep 30"})


push("billing")
JOB = job(schedule={"cron": "0 2 1 1 *"})
TASK = ask("POST", f"/jobs/{JOB}/run", {})["name"]


def own_app():
    name = f"app-{next(count)}"
    push(name)
    return name


def own_task_id():
    return sleeper()["id"]


# Path parameters of a directed request, beside the space.
AIMS = {
    "push": {"app": lambda: f"pushed-{next(count) % 5}"},
    "apply": {"app": own_app},
    "app": {"app": lambda: "billing"},
    "delete": {"app": own_app},
    "builds": {"app": lambda: "billing"},
    "upload-source": {"app": lambda: "billing"},
    "run-task": {"app": lambda: "billing"},
    "run-task-later": {"app": lambda: "billing"},
    "task": {"task": lambda: TASK},
    "logs": {"task": lambda: TASK},
    "terminate-task": {"task": lambda: sleeper()["name"]},
    "terminate-task-of-app": {"app": lambda: "billing", "id": own_task_id},
    "job": {"job": lambda: JOB},
    "job-history": {"job": lambda: JOB},
    "run-job": {"job": lambda: JOB},
    "backfill": {"job": lambda: job(schedule={"cron": "@yearly"})},
    "cancel-backfill": {"job": lambda: JOB},
    "update-job": {"job": lambda: JOB},
    "schedule-job": {"job": lambda: JOB},
    "delete-job-schedule": {"job": lambda: job(schedule={"cron": "@yearly"})},
    "create-trigger": {"job": lambda: JOB},
    "delete-trigger": {"job": lambda: job(trigger={"pattern": PATTERNS[0]})},
    "suspend-job": {"job": lambda: JOB},
    "resume-job": {"job": lambda: JOB},
    "delete-job": {"job": job},
}


def is_valid(case):
    """True for a request that is generated as valid; others are sent unchanged."""
    return case.meta is None or all(info.mode.is_positive for info in case.meta.components.values())


def is_linked(case):
    """True in a scenario, whose parameters come from the responses before."""
    return case.meta is not None and case.meta.phase.name == "stateful"


def harmless(body):
    if not isinstance(body, dict):
        return
    if isinstance(body.get("command"), str):
        body["command"] = f"exit 0\n{body['command']}"
    entrypoint = body.get("entrypoint")
    if isinstance(entrypoint, list) and entrypoint and all(isinstance(part, str) for part in entrypoint):
        body["entrypoint"] = ["/bin/sh", "-c"]


def aim_job(each):
    if isinstance(each, dict):
        aim_body("apply-one", each)
        harmless(each)
        if "name" in each:
            each["name"] = f"made-{next(count)}"


def aim_body(operation, body):
    """Fills in values that JSON Schema can't describe: names that exist, crons, time zones, patterns."""
    body.pop("serviceAccountName", None)
    body.pop("services", None)
    # An app of an image has no processes, and no generated source was uploaded.
    body.pop("process", None)
    if operation == "push" and body.pop("source", None) is not None:
        body["image"] = "busybox:1"
    env = body.get("env")
    if isinstance(env, list) and all(isinstance(entry, dict) and "name" in entry for entry in env):
        body["env"] = list({json.dumps(entry["name"]): entry for entry in env}.values())
    for each in body.get("jobs", []) if operation == "apply" else []:
        aim_job(each)
    schedule = body if operation in ("schedule-job", "run-task-later") else body.get("schedule")
    if isinstance(schedule, dict):
        if "at" in schedule:
            schedule["at"] = f"21{next(count) % 90 + 10}-06-15 12:{next(count) % 50 + 10}"
        else:
            schedule["cron"] = CRONS[next(count) % len(CRONS)]
        if "timeZone" in schedule:
            schedule["timeZone"] = ZONES[next(count) % len(ZONES)]
    trigger = body if operation == "create-trigger" else body.get("trigger")
    if isinstance(trigger, dict):
        trigger["pattern"] = PATTERNS[next(count) % len(PATTERNS)]
    if operation == "create-job" or (operation == "update-job" and "app" in body):
        body["app"] = "billing"
    if operation == "create-job":
        body["name"] = f"made-{next(count)}"


def spare(operation, parameters):
    """Protects the objects of directed requests from deletion by name."""
    for name, kept in (("app", "billing"), ("job", JOB)):
        if operation in ("push", "delete", "delete-job") and parameters.get(name) == kept:
            parameters[name] = AIMS[operation][name]()


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Any object for an event pattern: lists of any JSON take long to generate, and valid requests get one of PATTERNS."""
    raw_schema["components"]["schemas"]["EventPattern"] = {"type": "object"}


@schemathesis.hook
def before_call(context, case, kwargs):
    harmless(case.body)
    operation = case.operation.definition.raw["operationId"]
    if not is_valid(case) or next(count) % 4 == 0:
        spare(operation, case.path_parameters)
        return
    case.path_parameters["space"] = SPACE
    if not is_linked(case):
        for name, value in AIMS.get(operation, {}).items():
            case.path_parameters[name] = value()
    if case.query:
        case.query.pop("cursor", None)
    if isinstance(case.body, dict):
        aim_body(operation, case.body)
    # Each has another time, so none is the request that a key was used for before.
    if operation == "run-task-later" and case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = f"later-{next(count)}"


@schemathesis.hook
def after_call(context, case, response):
    operation = case.operation.definition.raw["operationId"]
    ANSWERS.write(json.dumps({"operation": operation, "status": response.status_code}) + "\n")
