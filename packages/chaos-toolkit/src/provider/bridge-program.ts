/**
 * The Python side of the bridge: reads questions from file descriptor 3, writes answers to 4. Imports and binds arguments
 * as Chaos Toolkit does.
 */
export const BRIDGE_PROGRAM = `
import datetime, decimal, importlib, inspect, json, os, sys, threading, traceback, uuid
sys.path.insert(0, os.getcwd())
source = os.fdopen(3, 'r')
sink = os.fdopen(4, 'w')
lock = threading.Lock()

def encode(value):
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, (uuid.UUID, decimal.Decimal)):
        return str(value)
    if isinstance(value, Exception):
        return "An exception was raised: {}('{}')".format(type(value).__name__, value)
    raise TypeError('Object of type {} is not JSON serializable'.format(type(value).__name__))

def send(answer):
    text = json.dumps(answer, default=encode)
    with lock:
        sink.write(text + '\\n')
        sink.flush()

def check(question):
    try:
        module = importlib.import_module(question['module'])
    except ImportError:
        return 'a Python module that can be imported'
    function = getattr(module, question['func'], None)
    if not (inspect.isfunction(function) or inspect.isbuiltin(function)):
        return 'a function of the Python module'
    signature = inspect.signature(function)
    arguments = dict(question['arguments'])
    for name in ('secrets', 'configuration'):
        if name in signature.parameters:
            arguments[name] = None
    try:
        signature.bind(**arguments)
    except TypeError as error:
        return 'arguments that fit the Python function: ' + str(error)
    return None

def call(question):
    function = getattr(importlib.import_module(question['module']), question['func'])
    arguments = question['arguments']
    parameters = inspect.signature(function).parameters
    if question['secrets'] is not None and 'secrets' in parameters:
        arguments['secrets'] = question['secrets']
    if 'configuration' in parameters:
        arguments['configuration'] = question['configuration']
    try:
        return {'ok': function(**arguments)}
    except Exception as error:
        return {'failed': traceback.format_exception_only(type(error), error)[0].strip()}

def serve(question):
    try:
        answer = {'ok': check(question)} if question['do'] == 'check' else call(question)
        send({'id': question['id'], **answer})
    except Exception as error:
        send({'id': question['id'], 'crashed': traceback.format_exception_only(type(error), error)[0].strip()})

for line in source:
    threading.Thread(target=serve, args=(json.loads(line),), daemon=True).start()
`;
