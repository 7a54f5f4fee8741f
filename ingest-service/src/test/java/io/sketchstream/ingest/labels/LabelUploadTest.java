package io.sketchstream.ingest.labels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.Topics;
import io.sketchstream.images.sketch.SketchRenderer;
import io.sketchstream.ingest.gallery.EventLog;
import io.sketchstream.ingest.gallery.SizeLimit;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.tracing.TraceContext;
import io.sketchstream.shell.tracing.Tracing;
import io.sketchstream.testing.TopicRecords;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Labels may lie in any partition: other clients have other partitioners.
final class LabelUploadTest {
  private static final int PARTITIONS = 3;
  private static final String LABELS = Topics.LABELS.name();

  @Test
  void aWithdrawalMeetsTheLabelWhereverItLies(@TempDir Path home) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(home);
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
      TopicProvisioner topics = new TopicProvisioner(PARTITIONS, (short) 1);
      topics.createPermanent(admin);
      try (KafkaProducer<String, byte[]> other =
          new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
        for (int p = 0; p < PARTITIONS; p++) {
          other.send(new ProducerRecord<>(LABELS, p, "l-" + p, new byte[] {1})).get();
        }
      }
      String lines =
          """
          {"labelId":"l-0","withdrawn":true}
          {"labelId":"l-1","withdrawn":true}
          {"labelId":"l-2","withdrawn":true}
          """;
      try (EventLog log =
          new EventLog(
              new KafkaClients(kafka),
              Duration.ofSeconds(20),
              Tracing.OFF,
              InstantSource.system())) {
        LabelUpload upload =
            new LabelUpload(
                log,
                new LabelLine(new SketchRenderer()),
                InstantSource.system(),
                TraceContext.started(),
                _ -> {});
        LabelUpload.Result result =
            upload.run(
                new ByteArrayInputStream(lines.getBytes(UTF_8)), new SizeLimit("max", 1 << 20));
        assertEquals(3, result.withdrawn());
      }
      Map<String, Boolean> live = live(kafka);
      assertEquals(Map.of("l-0", false, "l-1", false, "l-2", false), live);
    }
  }

  /// Then the latest record of a label is told by one clock, also in topics that were made before.
  @Test
  void labelsHaveTheTimeOfTheBrokers(@TempDir Path home) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(home);
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      TopicProvisioner topics = new TopicProvisioner(PARTITIONS, (short) 1);
      topics.createPermanent(admin);
      assertEquals("LogAppendTime", timestampType(admin));
      ConfigEntry former = new ConfigEntry("message.timestamp.type", "CreateTime");
      admin
          .incrementalAlterConfigs(
              Map.of(labels(), List.of(new AlterConfigOp(former, AlterConfigOp.OpType.SET))))
          .all()
          .get();
      topics.createPermanent(admin);
      assertEquals("LogAppendTime", timestampType(admin));
    }
  }

  private static ConfigResource labels() {
    return new ConfigResource(ConfigResource.Type.TOPIC, LABELS);
  }

  private static String timestampType(Admin admin) throws Exception {
    return admin
        .describeConfigs(List.of(labels()))
        .values()
        .get(labels())
        .get()
        .get("message.timestamp.type")
        .value();
  }

  /// Of each label that has a record with a value, whether the last one of that partition has one.
  private static Map<String, Boolean> live(Map<String, Object> kafka) {
    Map<String, Boolean> live = new HashMap<>();
    for (int p = 0; p < PARTITIONS; p++) {
      Map<String, Boolean> here = new HashMap<>();
      for (ConsumerRecord<byte[], byte[]> record :
          TopicRecords.of(kafka, new TopicPartition(LABELS, p))) {
        String label = new String(record.key(), UTF_8);
        if (record.value() != null || here.containsKey(label)) {
          here.put(label, record.value() != null);
        }
      }
      live.putAll(here);
    }
    return live;
  }
}
