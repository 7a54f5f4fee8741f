package io.sketchstream.shell.tracing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.sketchstream.events.EventHeaders;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;

/// A span that was started. All methods may be called on [#NONE]; they do nothing there and return
/// [#NONE].
///
/// **Threads:** any; a step may end on another thread than it started on.
public final class Step implements AutoCloseable {
  /// No span: tracing is off.
  public static final Step NONE = new Step(Tracing.OFF, Span.getInvalid());

  private static final ContextKey<Step> CURRENT = ContextKey.named("sketchstream.step");

  private final Tracing tracing;
  private final Span span;

  Step(Tracing tracing, Span span) {
    this.tracing = tracing;
    this.span = span;
  }

  /// The current step of this thread, set by [#enter].
  public static Step current() {
    Step current = Context.current().get(CURRENT);
    return current == null ? NONE : current;
  }

  /// Makes this the current step of the thread until the scope is closed.
  @SuppressWarnings("MustBeClosedChecker") // The caller closes it.
  public Scope enter() {
    return isNone() ? Scope.noop() : context().with(CURRENT, this).makeCurrent();
  }

  /// Starts a child span in this process.
  public Step part(String name) {
    return isNone() ? NONE : tracing.begin(name, SpanKind.INTERNAL, context());
  }

  /// Starts a child span that may have ended already.
  ///
  /// @param fromNanos when it started, as [System#nanoTime]; [#endAt] ends it
  public Step part(String name, long fromNanos) {
    return isNone()
        ? NONE
        : new Step(
            tracing,
            tracing
                .builder(name, SpanKind.INTERNAL, context())
                .setStartTimestamp(instant(fromNanos))
                .startSpan());
  }

  /// Starts a span for a request to another process.
  public Step call(String name) {
    return isNone() ? NONE : tracing.begin(name, SpanKind.CLIENT, context());
  }

  /// Starts a span for sending a record and puts it into the record's `traceparent`; [#sent] ends
  /// it.
  public Step send(ProducerRecord<?, ?> record) {
    if (isNone()) {
      return NONE;
    }
    Step step =
        tracing
            .begin("send " + record.topic(), SpanKind.PRODUCER, context())
            .messaging(record.topic(), "send");
    record
        .headers()
        .remove(EventHeaders.TRACEPARENT)
        .add(EventHeaders.TRACEPARENT, step.traceparent().getBytes(US_ASCII));
    return step;
  }

  /// The W3C header that names this span; empty when there is none.
  public String traceparent() {
    return isNone() ? "" : TraceContext.format(span.getSpanContext());
  }

  public Step with(String attribute, String value) {
    span.setAttribute(attribute, value);
    return this;
  }

  public Step with(String attribute, List<?> values) {
    return isNone() ? this : with(attribute, values.toString());
  }

  public Step with(String attribute, long value) {
    span.setAttribute(attribute, value);
    return this;
  }

  /// Links another span.
  public void link(Step other) {
    span.addLink(other.span.getSpanContext());
  }

  /// Marks the span as failed. It still has to be ended.
  public void failed(String reason) {
    span.setStatus(StatusCode.ERROR, reason);
  }

  /// Ends the span with the acknowledgement of Kafka, then calls the next callback.
  public Callback sent(Callback next) {
    if (isNone()) {
      return next;
    }
    return (metadata, failure) -> {
      if (failure == null) {
        with("messaging.destination.partition.id", Integer.toString(metadata.partition()));
        with("messaging.kafka.offset", metadata.offset());
      } else {
        failed(failure.toString());
      }
      close();
      next.onCompletion(metadata, failure);
    };
  }

  /// Ends the span at a time in the past.
  ///
  /// @param nanos as [System#nanoTime]
  public void endAt(long nanos) {
    if (!isNone()) {
      span.end(instant(nanos));
    }
  }

  @Override
  public void close() {
    span.end();
  }

  Step messaging(String topic, String operation) {
    return with("messaging.system", "kafka")
        .with("messaging.destination.name", topic)
        .with("messaging.operation.name", operation)
        .with("messaging.operation.type", operation);
  }

  private Context context() {
    return Context.root().with(span);
  }

  private boolean isNone() {
    return !tracing.isOn();
  }

  private static Instant instant(long nanos) {
    return Instant.now().minusNanos(System.nanoTime() - nanos);
  }
}
