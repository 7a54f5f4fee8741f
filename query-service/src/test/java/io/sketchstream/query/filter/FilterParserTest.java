package io.sketchstream.query.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.query.index.FilterIndex;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FilterParserTest {
  @TempDir Path directory;

  @Test
  void matchesExactly() throws Exception {
    try (FilterIndex images = new FilterIndex(directory)) {
      images.add(
          image("cat", "2026-01-31T10:00:00Z", List.of("Cat", "pet"), Map.of("price", "9.5")));
      images.add(
          image("dog", "2026-02-01T00:00:00Z", List.of("dog", "pet"), Map.of("price", "10")));
      images.add(image("car", "2026-03-01T00:00:00Z", List.of(), Map.of("colour", "Dark Red")));
      images.add(image("zero", "1969-01-01T00:00:00Z", List.of(), Map.of("price", "-0.0")));

      check(images, "", "car", "cat", "dog", "zero");
      check(images, "tag:cat", "cat");
      check(images, "tag = CAT", "cat");
      check(images, "tag != pet", "car", "zero");
      check(images, "tag:pet and not tag:cat", "dog");
      check(images, "tag:cat or colour = \"dark red\"", "car", "cat");
      check(images, "not (tag:cat or tag:dog)", "car", "zero");
      check(images, "tag:pet and tag:cat or id = car", "car", "cat");
      check(images, "tag:pet and (tag:cat or id = car)", "cat");
      check(images, "price >= 9.5", "cat", "dog");
      check(images, "price > 9.5", "dog");
      check(images, "price < 9.5", "zero");
      check(images, "price = 10.0", "dog");
      check(images, "price = 0", "zero");
      check(images, "price <= 0", "zero");
      check(images, "price > 0", "cat", "dog");
      check(images, "id in (cat, \"car\", none)", "car", "cat");
      check(images, "ingested = 2026-01-31", "cat");
      check(images, "ingested > 2026-01-31", "car", "dog");
      check(images, "ingested >= 2026-02-01T00:00:00Z", "car", "dog");
      check(images, "ingested < 2026-01-31T12:00:00+02:00", "zero");
      check(images, "ingested <= 2026-01-31T12:00:00+02:00", "cat", "zero");
      check(images, "nothing = 1");
    }
  }

  @Test
  void comparesTagsValuesAndWordsInNoCase() throws Exception {
    try (FilterIndex images = new FilterIndex(directory)) {
      images.add(
          image(
              "street",
              "2026-01-31T10:00:00Z",
              List.of("stra\u00dfe", "\u00e9t\u00e9"),
              Map.of("city", "\u0130stanbul")));
      for (String tag :
          List.of("STRASSE", "Stra\u00dfe", "STRA\u1e9eE", "\u00c9T\u00c9", "E\u0301te\u0301")) {
        check(images, "tag:" + tag, "street");
      }
      for (String city : List.of("istanbul", "ISTANBUL", "\u0130STANBUL")) {
        check(images, "city:" + city, "street");
      }
      check(images, "tag:ete");
      for (String words : List.of("Stra\u00dfe", "STRASSE \u00c9T\u00c9")) {
        assertEquals(List.of("street"), images.matching(TextParser.parseAll(words)), words);
      }
    }
  }

  /// A name is the same however it is composed, in an image and in a filter.
  @Test
  void findsAttributesHoweverTheirNamesAreComposed() throws Exception {
    try (FilterIndex images = new FilterIndex(directory)) {
      String time = "2026-01-31T10:00:00Z";
      images.add(image("one", time, List.of(), Map.of("gr\u00f6\u00dfe", "9")));
      images.add(image("two", time, List.of(), Map.of("gro\u0308\u00dfe", "10")));

      for (String name : List.of("gr\u00f6\u00dfe", "\"gro\u0308\u00dfe\"")) {
        check(images, name + " = 9", "one");
        check(images, name + " > 9", "two");
        check(images, name + " >= 9", "one", "two");
      }
    }
  }

  @Test
  void pointsAtTheInvalidCharacter() {
    refuses("tag:", 5, "expected a value");
    refuses("tag cat", 5, "expected one of");
    refuses("(tag:cat", 9, "expected ')'");
    refuses("tag:cat)", 8, "expected 'and', 'or' or the end");
    refuses("tag:\"cat", 5, "never closed");
    refuses("tag < cat", 7, "tag does not support <");
    refuses("price < cheap", 9, "'cheap' is not a number");
    refuses("ingested > yesterday", 12, "'yesterday' is not a date");
    refuses("and", 4, "expected one of");
    refuses("tag:a and", 10, "expected a name");
    refuses("(".repeat(40) + "tag:a", 33, "nested deeper");
    refuses("x".repeat(5000), FilterParser.LENGTH_MAX + 1, "longer than");
    refuses("id in (" + "a,".repeat(300) + "a)", 1, "more than 256 conditions");
  }

  private static void refuses(String filter, int character, String reason) {
    FilterSyntaxException refusal =
        assertThrows(FilterSyntaxException.class, () -> FilterParser.parse(filter), filter);
    assertTrue(
        refusal.getMessage().contains(reason)
            && refusal.getMessage().contains("character " + character + ":"),
        refusal.getMessage());
  }

  private static void check(FilterIndex images, String filter, String... expected)
      throws Exception {
    Set<String> found = new TreeSet<>(images.matching(FilterParser.parse(filter)));
    assertEquals(Set.of(expected), found, filter);
  }

  private static ImageEmbedded image(
      String id, String ingested, List<String> tags, Map<String, String> extra) {
    Instant time = Instant.parse(ingested);
    return ImageEmbedded.newBuilder()
        .setImageId(id)
        .setAttributes(ImageAttributes.newBuilder().addAllTags(tags).putAllExtra(extra))
        .setIngestedAt(com.google.protobuf.Timestamp.newBuilder().setSeconds(time.getEpochSecond()))
        .build();
  }
}
