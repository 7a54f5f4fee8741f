package io.sketchstream.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.cli.backup.BackupCheck;
import io.sketchstream.cli.backup.BackupFolder;
import io.sketchstream.cli.backup.BrokenBackupException;
import io.sketchstream.cli.backup.KafkaAccess;
import io.sketchstream.cli.backup.Manifest;
import io.sketchstream.cli.backup.Progress;
import io.sketchstream.cli.backup.TargetTopics;
import io.sketchstream.cli.backup.TopicBackup;
import io.sketchstream.cli.backup.TopicRestore;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
import io.sketchstream.events.ModelState;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.events.TransactionalIds;
import io.sketchstream.testing.Await;
import io.sketchstream.testing.TopicRecords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Topics from one Kafka to files and into another, while they are written.
final class BackupTopicsTest {
  private static final Progress SILENT = (_, _, _) -> {};
  private static final int PARTITIONS = 3;
  private static final int KEYS = 40;

  @TempDir Path directory;

  private final long seed = Long.getLong("tests.seed", 42);

  @Test
  void copiesTheStateOfOneMomentToAnotherKafka() throws Exception {
    Path saved = directory.resolve("backup");
    Map<String, String> expected = new TreeMap<>();
    Manifest manifest;
    try (EmbeddedBroker source = EmbeddedBroker.start(directory.resolve("source"))) {
      provision(source, PARTITIONS);
      manifest = backupWhileWriting(source, saved);
      for (Manifest.RecordsFile file : manifest.of("images")) {
        read(source, "images", file.partition(), file.to())
            .forEach(record -> apply(expected, record));
      }
    }
    assertFalse(expected.isEmpty());
    assertEquals(expected.size(), manifest.live("images"), "seed " + seed);
    assertEquals(manifest, Manifest.read(saved));
    BackupCheck.check(saved, manifest, SILENT);
    for (int partitions : List.of(PARTITIONS, PARTITIONS - 1)) {
      try (EmbeddedBroker target =
          EmbeddedBroker.start(directory.resolve("target-" + partitions))) {
        provision(target, partitions);
        assertRestores(target, saved, manifest, expected, partitions == PARTITIONS);
      }
    }
  }

  @Test
  void refusesADirectoryWithABackup() throws Exception {
    BackupFolder folder = BackupFolder.create(directory);
    Files.writeString(folder.resolve(Manifest.FILE), "{}");
    assertThrows(BrokenBackupException.class, () -> BackupFolder.create(directory));
  }

  private Manifest backupWhileWriting(EmbeddedBroker source, Path saved) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong written = new AtomicLong();
    try (KafkaProducer<byte[], byte[]> models = producer(source, TransactionalIds.MODELS);
        KafkaProducer<byte[], byte[]> writer = producer(source, "")) {
      models.initTransactions();
      models.beginTransaction();
      models.send(model("mine", ModelState.ACTIVE, 1));
      models.commitTransaction();
      models.beginTransaction();
      models.send(model("open", ModelState.ACTIVE, 2));
      models.flush(); // Written, and never committed.
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(() -> write(writer, stop, written));
      Await.until("enough is written", () -> written.get() > 500);
      Manifest manifest;
      BackupFolder folder = BackupFolder.create(saved);
      try (TopicBackup backup =
          new TopicBackup(access(source), folder, SILENT, InstantSource.system())) {
        TopicBackup.Copy copy = backup.take();
        manifest =
            new Manifest(
                Manifest.FORMAT,
                "test",
                copy.at().toString(),
                copy.cluster(),
                copy.topics(),
                copy.files(),
                List.of(),
                List.of(),
                List.of());
      } finally {
        stop.set(true);
        writing.join();
      }
      models.abortTransaction();
      folder.finish(manifest);
      return manifest;
    }
  }

  private void write(KafkaProducer<byte[], byte[]> writer, AtomicBoolean stop, AtomicLong written) {
    Random random = new Random(seed);
    while (!stop.get()) {
      String key = "image-" + random.nextInt(KEYS);
      String value = random.nextInt(4) == 0 ? null : "picture-" + written.get();
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>("images", key.getBytes(UTF_8), bytes(value));
      record.headers().add("ce_id", key.getBytes(UTF_8));
      writer.send(record);
      if (written.incrementAndGet() % 50 == 0) {
        writer.flush(); // No faster than the broker takes it.
      }
    }
    writer.flush();
  }

  private void assertRestores(
      EmbeddedBroker target,
      Path saved,
      Manifest manifest,
      Map<String, String> expected,
      boolean samePartitions)
      throws Exception {
    try (KafkaProducer<byte[], byte[]> leader = producer(target, TransactionalIds.MODELS);
        TargetTopics topics = new TargetTopics(access(target))) {
      leader.initTransactions();
      assertEquals("", topics.content(SILENT));
      TopicRestore restore = new TopicRestore(access(target), topics, saved, manifest, SILENT);
      restore.models(Map.of("mine", "file:/models/mine"));
      restore.records("labels");
      restore.runs();
      restore.records("images");
      assertTrue(topics.holds("images", manifest, SILENT), "seed " + seed);
      assertTrue(topics.holds("labels", manifest, SILENT));
      assertEquals(
          expected.size() + " images, 0 labels, 0 standing queries, 1 models of its own",
          topics.content(SILENT));
      assertFenced(leader);
    }
    Map<String, String> restored = new TreeMap<>();
    for (Manifest.RecordsFile file : manifest.of("images")) {
      if (samePartitions || file.partition() < PARTITIONS - 1) {
        List<ConsumerRecord<byte[], byte[]>> records =
            read(target, "images", file.partition(), Long.MAX_VALUE);
        records.forEach(record -> apply(restored, record));
        records.forEach(record ->
            assertEquals(
                new String(record.key(), UTF_8),
                new String(record.headers().lastHeader("ce_id").value(), UTF_8)));
      }
    }
    assertEquals(expected, restored, "seed " + seed);
    List<ConsumerRecord<byte[], byte[]>> models = read(target, "models", 0, Long.MAX_VALUE);
    assertEquals(1, models.size(), "the open transaction is not in it");
    ModelChanged mine = ModelChanged.parseFrom(models.getFirst().value());
    assertEquals("file:/models/mine", mine.getArtifactUri());
  }

  /// Who led before must not decide from what it saw before.
  private static void assertFenced(KafkaProducer<byte[], byte[]> leader) {
    assertThrows(
        KafkaException.class,
        () -> {
          leader.beginTransaction();
          leader.send(model("late", ModelState.ACTIVE, 9));
          leader.commitTransaction();
        });
  }

  private static void apply(Map<String, String> state, ConsumerRecord<byte[], byte[]> record) {
    String key = new String(record.key(), UTF_8);
    if (record.value() == null) {
      state.remove(key);
    } else {
      state.put(key, new String(record.value(), UTF_8));
    }
  }

  /// The records of a partition before an offset, committed ones only.
  private static List<ConsumerRecord<byte[], byte[]>> read(
      EmbeddedBroker broker, String topic, int partition, long to) {
    Map<String, Object> settings = new HashMap<>(access(broker).common());
    settings.put("isolation.level", "read_committed");
    return TopicRecords.of(settings, new TopicPartition(topic, partition)).stream()
        .filter(record -> record.offset() < to)
        .toList();
  }

  private static void provision(EmbeddedBroker broker, int partitions) {
    try (Admin admin = Admin.create(access(broker).common())) {
      new TopicProvisioner(partitions, (short) 1).createPermanent(admin);
    }
  }

  private static KafkaAccess access(EmbeddedBroker broker) {
    return KafkaAccess.of(broker.bootstrapServers(), Map.of());
  }

  private static KafkaProducer<byte[], byte[]> producer(
      EmbeddedBroker broker, String transactionalId) {
    Map<String, Object> settings = new HashMap<>(access(broker).common());
    if (!transactionalId.isEmpty()) {
      settings.put("transactional.id", transactionalId);
    }
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static ProducerRecord<byte[], byte[]> model(
      String generation, ModelState state, long epoch) {
    ModelChanged model =
        ModelChanged.newBuilder()
            .setGeneration(generation)
            .setState(state)
            .setEpoch(epoch)
            .setOrigin(ModelOrigin.TRAINED)
            .build();
    return new ProducerRecord<>("models", generation.getBytes(UTF_8), model.toByteArray());
  }

  private static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(UTF_8);
  }
}
