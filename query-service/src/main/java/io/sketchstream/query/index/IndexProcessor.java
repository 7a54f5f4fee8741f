package io.sketchstream.query.index;

import io.sketchstream.shell.tracing.Step;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// Puts each record of the embeddings topic into the shard of its partition. It fails on a stale
/// shard; Kafka Streams then reopens the shard, which empties it.
///
/// **Threads:** Kafka Streams'.
final class IndexProcessor implements Processor<byte[], byte[], Void, Void> {
  private static final Duration LOOK = Duration.ofSeconds(10);

  private ProcessorContext<Void, Void> context;
  private ShardStore shard;

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    this.context = context;
    this.shard = context.getStateStore(IndexTopology.SHARD);
    // Kafka Streams restores a store to its end before it lets the processors in.
    shard.requireFresh();
    shard.restored();
    context.schedule(LOOK, PunctuationType.WALL_CLOCK_TIME, _ -> shard.requireFresh());
    shard.arrivals().start();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata metadata = context.recordMetadata().orElseThrow();
    try (Step _ = shard.observer().applying(metadata, record.headers())) {
      shard.process(
          new EmbeddingRecord(
              record.key(),
              record.value(),
              record.headers(),
              metadata.offset(),
              record.timestamp()));
    }
    if (shard.commitDue()) {
      context.commit();
    }
  }

  @Override
  public void close() {
    if (shard != null) {
      shard.arrivals().stop();
    }
  }
}
