package io.sketchstream.shell.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.sketchstream.events.EventHeaders;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/// Starts the spans of one service, named by OpenTelemetry's conventions for HTTP and messaging.
/// When tracing is off, every method returns [Step#NONE] and changes nothing: records keep the
/// trace context they came with.
///
/// **Threads:** any.
public final class Tracing {
  /// Tracing is off.
  public static final Tracing OFF = new Tracing(Optional.empty());

  private final Tracer tracer; // Null when off.

  Tracing(Optional<Tracer> tracer) {
    this.tracer = tracer.orElse(null);
  }

  /// Whether spans are made. Busy paths check this before they prepare attributes.
  public boolean isOn() {
    return tracer != null;
  }

  /// A span of another process, as parent of spans here.
  ///
  /// @param traceparent the header of a request; null or empty when it has none
  public Step continuing(String traceparent) {
    return isOn() ? new Step(this, Span.fromContext(TraceContext.parse(traceparent))) : Step.NONE;
  }

  /// Starts a span for the processing of a record; its parent is the record's `traceparent`.
  ///
  /// @param group of the consumer; empty for none
  public Step process(ConsumerRecord<?, ?> record, String group) {
    return isOn()
        ? process(record.headers(), record.topic(), record.partition(), record.offset(), group)
        : Step.NONE;
  }

  /// Starts a span for the processing of a record; its parent is the record's `traceparent`.
  ///
  /// @param group of the consumer; empty for none
  public Step process(Headers headers, String topic, int partition, long offset, String group) {
    if (!isOn()) {
      return Step.NONE;
    }
    Context cause = TraceContext.parse(EventHeaders.text(headers, EventHeaders.TRACEPARENT));
    Step step =
        begin("process " + topic, SpanKind.CONSUMER, cause)
            .messaging(topic, "process")
            .with("messaging.destination.partition.id", Integer.toString(partition))
            .with("messaging.kafka.offset", offset);
    return group.isEmpty() ? step : step.with("messaging.consumer.group.name", group);
  }

  /// Starts a span for sending a record because of a request, and puts it into the record's
  /// `traceparent`; [Step#sent] ends it.
  ///
  /// @param traceparent of the request; may be empty
  public Step send(String traceparent, ProducerRecord<?, ?> record) {
    return isOn() ? continuing(traceparent).send(record) : Step.NONE;
  }

  /// Starts a span for an HTTP request that is served here.
  Step serve(String name, String traceparent) {
    return isOn() ? begin(name, SpanKind.SERVER, TraceContext.parse(traceparent)) : Step.NONE;
  }

  Step begin(String name, SpanKind kind, Context cause) {
    return new Step(this, builder(name, kind, cause).startSpan());
  }

  SpanBuilder builder(String name, SpanKind kind, Context cause) {
    return tracer.spanBuilder(name).setSpanKind(kind).setParent(cause);
  }
}
