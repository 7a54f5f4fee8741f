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

/// Begins the spans of one service, named as OpenTelemetry's conventions for HTTP and messaging
/// want them. Switched off, every method gives [Step#NONE] and changes nothing: records then keep
/// the trace context that they came with.
///
/// **Threads:** any.
public final class Tracing {
  /// No traces.
  public static final Tracing OFF = new Tracing(Optional.empty());

  private final Tracer tracer; // Null when off.

  Tracing(Optional<Tracer> tracer) {
    this.tracer = tracer.orElse(null);
  }

  /// Whether spans are made at all; on busy paths, asked before anything is done for one.
  public boolean isOn() {
    return tracer != null;
  }

  /// The span of somebody else, to hang parts on.
  ///
  /// @param traceparent the header of a request; null or empty when it has none
  public Step continuing(String traceparent) {
    return isOn() ? new Step(this, Span.fromContext(Traceparent.parse(traceparent))) : Step.NONE;
  }

  /// A record that is worked on, from its `traceparent` on.
  ///
  /// @param group whose consumer read it; empty for none
  public Step process(ConsumerRecord<?, ?> record, String group) {
    return isOn()
        ? process(record.headers(), record.topic(), record.partition(), record.offset(), group)
        : Step.NONE;
  }

  /// A record that is worked on, from its `traceparent` on.
  ///
  /// @param group whose consumer read it; empty for none
  public Step process(Headers headers, String topic, int partition, long offset, String group) {
    if (!isOn()) {
      return Step.NONE;
    }
    Context cause = Traceparent.parse(EventHeaders.text(headers, EventHeaders.TRACEPARENT));
    Step step =
        begin("process " + topic, SpanKind.CONSUMER, cause)
            .messaging(topic, "process")
            .with("messaging.destination.partition.id", Integer.toString(partition))
            .with("messaging.kafka.offset", offset);
    return group.isEmpty() ? step : step.with("messaging.consumer.group.name", group);
  }

  /// A record that is sent because of a request. Its `traceparent` leads here from now on; the step
  /// ends with [Step#sent].
  ///
  /// @param traceparent of the request; may be empty
  public Step send(String traceparent, ProducerRecord<?, ?> record) {
    return isOn() ? continuing(traceparent).send(record) : Step.NONE;
  }

  /// An HTTP request that is answered here.
  Step serve(String name, String traceparent) {
    return isOn() ? begin(name, SpanKind.SERVER, Traceparent.parse(traceparent)) : Step.NONE;
  }

  Step begin(String name, SpanKind kind, Context cause) {
    return new Step(this, builder(name, kind, cause).startSpan());
  }

  SpanBuilder builder(String name, SpanKind kind, Context cause) {
    return tracer.spanBuilder(name).setSpanKind(kind).setParent(cause);
  }
}
