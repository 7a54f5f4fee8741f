package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.GalleryCursor;
import io.sketchstream.events.Hit;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.NewestAsked;
import io.sketchstream.events.NewestFound;
import io.sketchstream.events.TagCount;
import io.sketchstream.query.filter.FilterParser;
import io.sketchstream.query.filter.TextParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pages of a shard, newest first. `-Dtests.seed=` repeats a random history.
final class ShardListingTest {
  private static final float[] VECTOR = {1, 0};

  @TempDir Path directory;
  private final long seed = Long.getLong("tests.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);
  private final Map<String, ImageEmbedded> model = new TreeMap<>();
  private ImageIndex index;

  @BeforeEach
  void open() throws Exception {
    index = ImageIndex.open(directory, IndexOptions.defaults(), () -> false);
  }

  @AfterEach
  void close() throws Exception {
    index.close();
  }

  /// Images of one moment, replaced and removed ones among them, in many segments.
  @Test
  void pagesThroughAllNewestFirst() throws Exception {
    for (int step = 0; step < 2_000; step++) {
      String id = "i" + random.nextInt(700);
      if (random.nextInt(4) == 0) {
        index.remove(id);
        model.remove(id);
      } else {
        put(id, random.nextInt(60), random.nextBoolean() ? "even" : "odd");
      }
      if (random.nextInt(100) == 0) {
        index.refresh();
      }
    }
    index.refresh();
    assertEquals(newest(""), leafed(1 + random.nextInt(40), ""), "seed " + seed);
    assertEquals(newest("even"), leafed(1 + random.nextInt(40), "even"), "seed " + seed);
    assertEquals(model.size(), found(5, "", "", null).getMatching(), "seed " + seed);
  }

  @Test
  void keepsPagesWhenImagesAreIngested() throws Exception {
    for (int i = 0; i < 10; i++) {
      put("i" + i, i);
    }
    index.refresh();
    List<Hit> first = found(4, "", "", null).getImagesList();
    put("newcomer", 99);
    index.refresh();

    List<Hit> second = found(4, "", "", place(first.getLast())).getImagesList();

    assertEquals(List.of("i9", "i8", "i7", "i6"), ids(first));
    assertEquals(List.of("i5", "i4", "i3", "i2"), ids(second));
    assertEquals("image i9", first.getFirst().getAttributes().getTitle());
    assertEquals(9, first.getFirst().getIngestedAt().getSeconds());
  }

  @Test
  void requiresEveryWordAndCountsTags() throws Exception {
    put("a", 1, "red", "boat");
    put("b", 2, "red", "car", "red");
    put("c", 3, "blue", "boat");
    index.refresh();

    NewestFound red = found(9, "", "red boat", null);
    assertEquals(List.of("a"), ids(red.getImagesList()));
    assertEquals(1, red.getMatching());
    assertEquals(List.of("b", "a"), ids(found(9, "", "RED", null).getImagesList()));
    assertEquals(List.of(), ids(found(9, "", "green", null).getImagesList()));

    NewestFound all = found(1, "", "", null);
    assertEquals(1, all.getImagesCount());
    assertEquals(3, all.getMatching());
    Map<String, Integer> tags = new TreeMap<>();
    for (TagCount tag : all.getTagsList()) {
      tags.put(tag.getTag(), tag.getCount());
    }
    assertEquals(Map.of("red", 2, "boat", 2, "car", 1, "blue", 1), tags);
    assertEquals("boat", all.getTags(0).getTag());
  }

  @Test
  void isEmptyForAnEmptyShard() throws Exception {
    assertEquals(0, found(5, "", "", null).getImagesCount());
    GalleryCursor anywhere = GalleryCursor.newBuilder().setIngested(5).setImageId("x").build();
    assertEquals(0, found(5, "", "", anywhere).getImagesCount());
  }

  private void put(String id, int seconds, String... tags) throws Exception {
    ImageEmbedded.Builder image = Vectors.event(id, VECTOR, tags).toBuilder();
    image.getIngestedAtBuilder().setSeconds(seconds);
    model.put(id, image.build());
    index.put(id, VECTOR, image.build());
  }

  private List<String> newest(String tag) {
    return model.values().stream()
        .filter(image -> tag.isEmpty() || image.getAttributes().getTagsList().contains(tag))
        .sorted(
            Comparator.comparingLong((ImageEmbedded image) -> -image.getIngestedAt().getSeconds())
                .thenComparing(ImageEmbedded::getImageId))
        .map(ImageEmbedded::getImageId)
        .toList();
  }

  private List<String> leafed(int limit, String tag) throws Exception {
    List<String> seen = new ArrayList<>();
    GalleryCursor after = null;
    while (true) {
      List<Hit> page = found(limit, tag.isEmpty() ? "" : "tag:" + tag, "", after).getImagesList();
      seen.addAll(ids(page));
      assertTrue(seen.size() <= model.size(), "seed " + seed);
      if (page.size() < limit) {
        return seen;
      }
      after = place(page.getLast());
    }
  }

  private NewestFound found(int limit, String filter, String text, GalleryCursor after)
      throws Exception {
    NewestAsked.Builder asked = NewestAsked.newBuilder().setLimit(limit).setFacets(true);
    if (after != null) {
      asked.setAfter(after);
    }
    return index.newest(
        new NewestQuery(asked.build(), FilterParser.parse(filter), TextParser.parseAll(text)));
  }

  private static GalleryCursor place(Hit hit) {
    return GalleryCursor.newBuilder()
        .setIngested(ImageFields.micros(hit.getIngestedAt()))
        .setImageId(hit.getImageId())
        .build();
  }

  private static List<String> ids(List<Hit> hits) {
    return hits.stream().map(Hit::getImageId).toList();
  }
}
