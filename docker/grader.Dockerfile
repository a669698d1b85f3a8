# The box of `labkit grade --isolation docker`: Python and the packages that answers may use, and nothing of the course.
#
#   docker build --tag labkit-grader --file docker/grader.Dockerfile .
#
# The part of labkit that holds no answers is mounted read-only when a box starts, so that box and grader are of one version;
# a rebuild is due when the dependencies in pyproject.toml change.  PIP_OPTIONS: for a mirror, or for torch without CUDA.
ARG PYTHON=3.11
FROM python:${PYTHON}-slim

ARG PIP_OPTIONS=""
COPY pyproject.toml /course/pyproject.toml
RUN python -c "import tomllib; print(*tomllib.load(open('/course/pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
        > /course/requirements.txt \
    && python -m pip install --no-cache-dir ${PIP_OPTIONS} --requirement /course/requirements.txt \
    && rm -r /course

# the file system is read-only in a box but for /scratch and /dev/shm
RUN mkdir -p /box /scratch && rm -rf /tmp && ln -s /scratch /tmp
USER nobody
