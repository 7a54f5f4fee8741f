package io.sketchstream.training.labels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Sketch;
import io.sketchstream.events.TopicProvisioner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
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
