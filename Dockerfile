# syntax=docker/dockerfile:1
# Two images from the same locked requirements: `cli` runs the command line, `airflow` runs the DAGs.
ARG PYTHON_IMAGE=python:3.11.14-slim-bookworm

FROM ${PYTHON_IMAGE} AS wheel
WORKDIR /source
COPY requirements/build.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md ./
COPY ingest ingest
COPY index_mappings index_mappings
RUN python -m hatchling build -t wheel -d /wheel

FROM ${PYTHON_IMAGE} AS runtime
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# Volumes take the owner of the folder that they are mounted on.
RUN useradd --uid 10001 --create-home --home-dir /home/broadsheet broadsheet \
    && install --directory --owner=broadsheet --group=broadsheet \
        /data /data/catalogue /data/drop /data/lake /data/airflow /data/keys /data/keys/ingest /data/keys/search \
        /data/certificates /data/certificates/elasticsearch /data/certificates/kibana /data/certificates/postgres \
        /data/certificates/airflow-api-server /data/certificates/redis /data/certificates/kafka

FROM runtime AS cli
COPY requirements/cli.txt /requirements/
RUN pip install --no-cache-dir --require-hashes -r /requirements/cli.txt
RUN --mount=type=bind,from=wheel,source=/wheel,target=/wheel pip install --no-cache-dir --no-deps /wheel/*.whl
USER 10001
WORKDIR /data
ENTRYPOINT ["broadsheet"]
CMD ["--help"]

FROM runtime AS airflow
COPY requirements/airflow.txt /requirements/
RUN pip install --no-cache-dir --require-hashes -r /requirements/airflow.txt
RUN --mount=type=bind,from=wheel,source=/wheel,target=/wheel pip install --no-cache-dir --no-deps /wheel/*.whl
COPY dags /data/dags
# Passwords are looked at, and certificates made, before anything else starts.
COPY services /data/services
ENV AIRFLOW_HOME=/data/airflow PYTHONPATH=/data
USER 10001
WORKDIR /data
ENTRYPOINT ["airflow"]
