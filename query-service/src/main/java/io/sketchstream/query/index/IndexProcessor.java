package io.sketchstream.query.index;

import io.sketchstream.shell.tracing.Step;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// Puts each record of the embeddings topic into the shard of its partition.
///
/// **Threads:** Kafka Streams'.
final class IndexProcessor implements Processor<byte[], byte[], Void, Void> {
  private ProcessorContext<Void, Void> context;
  private ShardStore shard;

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    this.context = context;
    this.shard = context.getStateStore(IndexTopology.SHARD);
    // Kafka Streams restores a store to its end before it lets the processors in.
    shard.restored();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata metadata = context.recordMetadata().orElseThrow();
    try (Step _ = shard.observer().applying(metadata, record.headers())) {
      shard.apply(
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
}
