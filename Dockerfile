FROM python:3.11-slim AS build
WORKDIR /build
COPY . .
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /dist .
# The lock also names development tools: as constraints it fixes versions and installs nothing that the wheel does not ask for.
RUN sed -n 's/^\([a-z0-9].*[^\\ ]\) *\\$/\1/p' requirements.lock > /constraints.txt \
    && python -m venv /opt/tidings \
    && /opt/tidings/bin/pip install --no-cache-dir -c /constraints.txt /dist/*.whl

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin tidings \
    && install -d -o tidings -g tidings /data
COPY --from=build /opt/tidings /opt/tidings
ENV PATH=/opt/tidings/bin:$PATH PYTHONUNBUFFERED=1
USER tidings
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
CMD ["tidings", "serve", "--host", "0.0.0.0", "--data", "/data"]
