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

/// A span that has begun. Everything is allowed on [#NONE], does nothing there, and gives [#NONE].
///
/// **Threads:** any; a step may end on another thread than it began on.
public final class Step implements AutoCloseable {
  /// No span: traces are off.
  public static final Step NONE = new Step(Tracing.OFF, Span.getInvalid());

  private static final ContextKey<Step> CURRENT = ContextKey.named("sketchstream.step");

  private final Tracing tracing;
  private final Span span;

  Step(Tracing tracing, Span span) {
    this.tracing = tracing;
    this.span = span;
  }

  /// The step that this thread is in, by [#enter].
  public static Step current() {
    Step current = Context.current().get(CURRENT);
    return current == null ? NONE : current;
  }

  /// Makes this the current step of the thread until the scope is closed.
  @SuppressWarnings("MustBeClosedChecker") // Whoever enters closes.
  public Scope enter() {
    return isNone() ? Scope.noop() : context().with(CURRENT, this).makeCurrent();
  }

  /// Begins a part of this, in this process.
  public Step part(String name) {
    return isNone() ? NONE : tracing.begin(name, SpanKind.INTERNAL, context());
  }

  /// Begins a part of this that may have ended already.
  ///
  /// @param fromNanos when it began, as [System#nanoTime]; the end goes to [#endAt]
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

  /// Begins a request to another process.
  public Step call(String name) {
    return isNone() ? NONE : tracing.begin(name, SpanKind.CLIENT, context());
  }

  /// Begins to send a record. Its `traceparent` leads there from now on; it ends with [#sent].
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

  /// The step in the words of the W3C header; empty when there is none.
  public String traceparent() {
    return isNone() ? "" : Traceparent.format(span.getSpanContext());
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

  /// Names another step that had to do with this one.
  public void link(Step other) {
    span.addLink(other.span.getSpanContext());
  }

  /// Says that it went wrong. It is still to be ended.
  public void failed(String reason) {
    span.setStatus(StatusCode.ERROR, reason);
  }

  /// Ends the step with Kafka's acknowledgement, then tells whoever else wants to know.
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

  /// Ends the step at a moment that is past.
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
