# make run   sets up whatever is missing, then opens the window   (make run PROJECT=my-zine)
# make test  does the same set-up, then runs the whole test suite (make test ARGS="tests/cli -x");
#             in two processes, in one with ARGS="-n 0"
# make test-card  what only a graphics card can show, where there is one; else its tests are skipped

PROJECT ?=
ARGS ?=
PYTHON_HERE := .venv/bin/python

.PHONY: run test test-card setup check lock samples

run: setup
	@$(PYTHON_HERE) -m deepzine_gui $(if $(PROJECT),"$(PROJECT)") || case $$? in 1|130) ;; *) false; esac

test: setup
	QT_QPA_PLATFORM=offscreen OMP_NUM_THREADS=1 $(PYTHON_HERE) -m pytest -n 2 --dist worksteal $(ARGS)

test-card: setup
	DEEPZINE_TEST_CARD=1 OMP_NUM_THREADS=1 $(PYTHON_HERE) -m pytest tests/training/test_cuda.py $(ARGS)

setup:
	@sh packaging/setup.sh

check: setup
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache

lock:
	sh packaging/lock.sh

samples: setup
	$(PYTHON_HERE) resources/samples/typeset.py
