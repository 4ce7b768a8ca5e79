// One bundle of all: a slow machine reads what they share once.
import './containers.test.ts';
import './pause.test.ts';
import './processes.test.ts';
import './podman.test.ts';
