package io.sketchstream.shell.tracing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.sketchstream.events.EventHeaders;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TracingTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String CALLER = "b7ad6b7169203331";
  private static final String SAMPLED = "00-" + TRACE + "-" + CALLER + "-01";

  private final Ended ended = new Ended();
  private final SdkTracerProvider spans =
      SdkTracerProvider.builder()
          .setSampler(Sampler.parentBased(Sampler.alwaysOn()))
          .addSpanProcessor(SimpleSpanProcessor.create(ended))
          .build();
  private final Tracing tracing = new Tracing(Optional.of(spans.get("test")));

  /// Keeps what has ended.
  private static final class Ended implements SpanExporter {
    final List<SpanData> spans = new CopyOnWriteArrayList<>();

    @Override
    public CompletableResultCode export(Collection<SpanData> ended) {
      spans.addAll(ended);
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  @AfterEach
  void stop() {
    spans.close();
  }

  @Test
  void leavesRecordsUnchangedWhenOff() {
    ProducerRecord<String, byte[]> record = sent(SAMPLED);
    assertSame(Step.NONE, Tracing.OFF.send(SAMPLED, record));
    assertSame(Step.NONE, Tracing.OFF.process(read(SAMPLED), "group"));
    assertSame(Step.NONE, Step.NONE.part("part").with("a", 1).with("b", "c"));
    assertEquals(SAMPLED, EventHeaders.text(record.headers(), "traceparent"));
    assertEquals("", Step.NONE.traceparent());
    assertEquals(List.of(), ended.spans);
  }

  @Test
  void linksARecordToItsSpan() throws Exception {
    ProducerRecord<String, byte[]> record = sent(SAMPLED);
    Step sending = tracing.send(SAMPLED, record);
    String header = EventHeaders.text(record.headers(), "traceparent");
    assertEquals(sending.traceparent(), header);
    boolean[] told = {false};
    sending
        .sent((_, _) -> told[0] = true)
        .onCompletion(new RecordMetadata(new TopicPartition("images", 1), 7, 0, 0, 0, 0), null);
    assertTrue(told[0]);
    tracing.process(read(header), "embed-g").close();
    SpanData producer = ended.spans.get(0);
    SpanData consumer = ended.spans.get(1);
    assertEquals("send images", producer.getName());
    assertEquals(SpanKind.PRODUCER, producer.getKind());
    assertEquals(CALLER, producer.getParentSpanId());
    assertEquals(SpanKind.CONSUMER, consumer.getKind());
    assertEquals(producer.getSpanId(), consumer.getParentSpanId());
    assertEquals(TRACE, consumer.getTraceId());
  }

  @Test
  void keepsAnUntracedCallerUntraced() {
    String untraced = "00-" + TRACE + "-" + CALLER + "-00";
    ProducerRecord<String, byte[]> record = sent(untraced);
    tracing.send(untraced, record).close();
    assertEquals(List.of(), ended.spans);
    assertTrue(EventHeaders.text(record.headers(), "traceparent").endsWith("-00"));
  }

  @Test
  void startsATraceForAnInvalidContext() {
    for (String wrong :
        List.of("", "00-" + TRACE, "ff" + SAMPLED.substring(2), SAMPLED.toUpperCase(Locale.ROOT))) {
      tracing.process(read(wrong), "").close();
      assertNotEquals(TRACE, ended.spans.getLast().getTraceId(), wrong);
      assertEquals("0000000000000000", ended.spans.getLast().getParentSpanId(), wrong);
    }
  }

  @Test
  void keepsAThreadInItsStepUntilItLeaves() {
    Step step = tracing.process(read(SAMPLED), "");
    try (var _ = step.enter()) {
      Step.current().part("part").close();
    }
    assertSame(Step.NONE, Step.current());
    step.close();
    assertEquals(ended.spans.get(1).getSpanId(), ended.spans.get(0).getParentSpanId());
  }

  @Test
  void recordsAStepAfterwards() {
    long start = System.nanoTime() - 10_000_000_000L;
    tracing.continuing(SAMPLED).part("pass", start).endAt(start + 5_000_000_000L);
    SpanData pass = ended.spans.getFirst();
    long tookNanos = pass.getEndEpochNanos() - pass.getStartEpochNanos();
    assertTrue(Math.abs(tookNanos - 5_000_000_000L) < 500_000_000, "it took " + tookNanos);
  }

  private static ProducerRecord<String, byte[]> sent(String traceparent) {
    ProducerRecord<String, byte[]> record = new ProducerRecord<>("images", "cat", new byte[0]);
    record.headers().add("traceparent", traceparent.getBytes(US_ASCII));
    return record;
  }

  private static ConsumerRecord<String, byte[]> read(String traceparent) {
    ConsumerRecord<String, byte[]> record =
        new ConsumerRecord<>("images", 1, 7, "cat", new byte[0]);
    record.headers().add("traceparent", traceparent.getBytes(US_ASCII));
    return record;
  }
}
