package io.sketchstream.shell.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Turns tracing on when `tracing.endpoint` is set, and sends the last spans when the application
/// stops.
///
/// **Owns:** the SDK's queue, its thread `BatchSpanProcessor` and its HTTP client.
@Singleton
class TracingBeans {
  private static final Duration EXPORT_DELAY = Duration.ofSeconds(1);
  private static final Duration EXPORT_MAX = Duration.ofSeconds(5);
  private static final int QUEUE_MAX = 8_192;
  private static final long CLOSE_MAX_SECONDS = 2;

  private final Optional<SdkTracerProvider> spans;
  private final Tracing tracing;

  TracingBeans(
      TracingConfig config,
      @ConfigProperty(name = "quarkus.application.name", defaultValue = "sketchstream")
          String service) {
    spans = config.endpoint().map(endpoint -> spans(endpoint, config.sampleRatio(), service));
    tracing =
        spans
            .map(provider -> new Tracing(Optional.of(provider.get("io.sketchstream"))))
            .orElse(Tracing.OFF);
  }

  @Produces
  @Singleton
  Tracing tracing() {
    return tracing;
  }

  @PreDestroy
  void close() {
    spans.ifPresent(provider -> provider.shutdown().join(CLOSE_MAX_SECONDS, TimeUnit.SECONDS));
  }

  private static SdkTracerProvider spans(URI endpoint, double ratio, String service) {
    OtlpHttpSpanExporter exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(endpoint.toString().replaceAll("/+$", "") + "/v1/traces")
            .setTimeout(EXPORT_MAX)
            .build();
    return SdkTracerProvider.builder()
        .setResource(
            Resource.getDefault()
                .merge(
                    Resource.create(
                        Attributes.of(
                            AttributeKey.stringKey("service.name"),
                            service,
                            AttributeKey.stringKey("service.instance.id"),
                            UUID.randomUUID().toString()))))
        .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(ratio)))
        .addSpanProcessor(
            BatchSpanProcessor.builder(exporter)
                .setScheduleDelay(EXPORT_DELAY)
                .setExporterTimeout(EXPORT_MAX)
                .setMaxQueueSize(QUEUE_MAX)
                .build())
        .build();
  }
}
