package io.sketchstream.training.labels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabelListTest {
  @TempDir Path home;

  @Test
  void listsValidLabelsPageByPageAndFollowsTheTopic() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(home.resolve("kafka"))) {
      Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
      try (Admin admin = Admin.create(kafka)) {
        new TopicProvisioner(2, (short) 1).createPermanent(admin);
      }
      LabelList list = new LabelList(new TopicReader(kafka, "label-list"), 100);
      try (LabelledTopics topics = new LabelledTopics(kafka)) {
        for (int i = 0; i < 7; i++) {
          topics.label("label-" + i, LabelledTopics.photo("image-" + i % 3, "cat"));
        }
        topics.label(
            "sketch",
            ExampleLabelled.newBuilder()
                .setClassName("dog")
                .setWrong(true)
                .setSketch(Sketch.newBuilder().setRaster(ByteString.copyFromUtf8("a drawing"))));
        assertEquals(
            List.of(
                "label-0", "label-1", "label-2", "label-3", "label-4", "label-5", "label-6",
                "sketch"),
            ids(list, 3));
        LabelList.Label sketch = list.page(label -> label.wrong(), "", 10).labels().getFirst();
        assertEquals("dog", sketch.className());
        assertEquals("", sketch.imageId());
        assertEquals(64, sketch.sketch().length());
        assertEquals(
            3, list.page(label -> label.imageId().equals("image-0"), "", 10).labels().size());

        assertEquals(8, exported(list).size());
        assertEquals(
            "a drawing", exported(list).get("sketch").getSketch().getRaster().toStringUtf8());

        topics.remove("labels", "label-3");
        topics.label("label-4", LabelledTopics.photo("image-1", "bird"));
        assertTrue(!ids(list, 100).contains("label-3"));
        assertEquals(
            "label-4",
            list.page(label -> label.className().equals("bird"), "", 10)
                .labels()
                .getFirst()
                .labelId());
        Map<String, ExampleLabelled> exported = exported(list);
        assertEquals(7, exported.size(), exported::toString);
        assertEquals("bird", exported.get("label-4").getClassName());
      }
    }
  }

  /// Nobody asked for so long that Kafka has dropped the withdrawal.
  @Test
  void forgetsALabelWhoseWithdrawalItMissed() throws Exception {
    long[] nanos = {0};
    try (EmbeddedBroker broker = EmbeddedBroker.start(home.resolve("kafka"))) {
      Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
      try (Admin admin = Admin.create(kafka);
          LabelledTopics topics = new LabelledTopics(kafka)) {
        new TopicProvisioner(1, (short) 1).createPermanent(admin);
        LabelList list = new LabelList(new TopicReader(kafka, "label-list"), 100, () -> nanos[0]);
        topics.label("withdrawn", LabelledTopics.photo("image-1", "cat"));
        assertEquals(List.of("withdrawn"), ids(list, 10));
        topics.remove("labels", "withdrawn");
        ConfigResource labels = new ConfigResource(ConfigResource.Type.TOPIC, "labels");
        ConfigEntry deletable = new ConfigEntry("cleanup.policy", "compact,delete");
        admin
            .incrementalAlterConfigs(
                Map.of(labels, List.of(new AlterConfigOp(deletable, AlterConfigOp.OpType.SET))))
            .all()
            .get();
        admin
            .deleteRecords(Map.of(new TopicPartition("labels", 0), RecordsToDelete.beforeOffset(2)))
            .all()
            .get();
        topics.label("new", LabelledTopics.photo("image-1", "dog"));
        nanos[0] += Duration.ofDays(31).toNanos();
        assertEquals(List.of("new"), ids(list, 10));
      }
    }
  }

  @Test
  void startsOverWithATopicThatWasMadeAnew() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(home.resolve("kafka"))) {
      Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
      LabelList list = new LabelList(new TopicReader(kafka, "label-list"), 100);
      try (Admin admin = Admin.create(kafka)) {
        TopicProvisioner provisioner = new TopicProvisioner(1, (short) 1);
        provisioner.createPermanent(admin);
        try (LabelledTopics topics = new LabelledTopics(kafka)) {
          topics.label("former", LabelledTopics.photo("image-1", "cat"));
          assertEquals(List.of("former"), ids(list, 10));
        }
        admin.deleteTopics(List.of("labels")).all().get();
        Await.until("it is gone", () -> !admin.listTopics().names().get().contains("labels"));
        provisioner.createPermanent(admin);
      }
      try (LabelledTopics topics = new LabelledTopics(kafka)) {
        topics.label("first", LabelledTopics.photo("image-1", "cat"));
        topics.label("second", LabelledTopics.photo("image-2", "cat"));
        assertEquals(List.of("first", "second"), ids(list, 10));
      }
    }
  }

  private static Map<String, ExampleLabelled> exported(LabelList list) {
    Map<String, ExampleLabelled> exported = new TreeMap<>();
    list.snapshot()
        .forEach((labelId, label) -> assertNull(exported.put(labelId, label), "twice: " + labelId));
    return exported;
  }

  private static List<String> ids(LabelList list, int limit) {
    List<String> ids = new ArrayList<>();
    String after = "";
    do {
      LabelList.Page page = list.page(_ -> true, after, limit);
      page.labels().forEach(label -> ids.add(label.labelId()));
      after = page.next();
    } while (!after.isEmpty());
    return ids;
  }
}
