package io.sketchstream.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.ImageAttributes;
import io.sketchstream.ingest.gallery.RefusedException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AttributePatchTest {
  private static final ImageAttributes BEFORE =
      ImageAttributes.newBuilder()
          .setTitle("A cat")
          .setUri("https://example.org/cat.jpg")
          .addTags("cat")
          .addTags("pet")
          .putExtra("licence", "CC0")
          .putExtra("year", "2020")
          .build();

  @Test
  void changesOnlyNamedAttributes() throws Exception {
    ImageAttributes after = patched("{\"tags\":[\" dog \",\"dog\",\"\"]}");
    assertEquals(List.of("dog"), after.getTagsList());
    assertEquals(BEFORE, after.toBuilder().clearTags().addAllTags(BEFORE.getTagsList()).build());
    assertEquals("Caf\u00e9", patched("{\"title\":\"Cafe\u0301\"}").getTitle());
    assertEquals(BEFORE, patched("{}"));
  }

  @Test
  void clearsAnAttributeWithNull() throws Exception {
    ImageAttributes after = patched("{\"title\":null,\"tags\":null,\"uri\":null,\"extra\":null}");
    assertEquals(ImageAttributes.getDefaultInstance(), after);
  }

  @Test
  void putsAnImageIntoAGalleryAndTakesItOut() throws Exception {
    assertEquals("museum", patched("{\"gallery\":\"museum\"}").getExtraOrThrow("gallery"));
    assertEquals(BEFORE, patched("{\"gallery\":null}"));
  }

  @Test
  void mergesFurtherAttributesByName() throws Exception {
    assertEquals(
        Map.of("year", "2021", "colour", "red"),
        patched("{\"extra\":{\"licence\":null,\"year\":\"2021\",\"colour\":\"red\"}}")
            .getExtraMap());
  }

  /// A name is the same however it is composed, also when it is removed.
  @Test
  void removesAnAttributeHoweverItsNameIsComposed() throws Exception {
    ImageAttributes before = patched("{\"extra\":{\"caf\u00e9\":\"1\"}}");
    assertEquals("1", before.getExtraOrThrow("caf\u00e9"));
    ImageAttributes after =
        AttributePatch.parse("{\"extra\":{\"cafe\u0301\":null}}".getBytes(UTF_8)).of(before);
    assertEquals(BEFORE, after);
  }

  @Test
  void refusesInvalidPatches() {
    refused("", "not a JSON object");
    refused("{", "not valid JSON");
    refused("[]", "not a JSON object");
    refused("{} {}", "not valid JSON");
    refused("{\"titel\":\"x\"}", "'titel' is not an attribute");
    refused("{\"title\":7}", "title is 7, not a string");
    refused("{\"tags\":\"cat\"}", "tags is not an array");
    refused("{\"tags\":[null]}", "tags holds null");
    refused("{\"extra\":[]}", "extra is not an object");
    refused("{\"extra\":{\"x\":1}}", "extra.x is 1");
    refused("{\"title\":\"a\",\"title\":\"b\"}", "'title' is given twice");
    refused("{\"title\":\"" + "x".repeat(1001) + "\"}", "title has 1001 characters");
  }

  private static void refused(String patch, String reason) {
    RefusedException e = assertThrows(RefusedException.class, () -> patched(patch));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  private static ImageAttributes patched(String patch) throws RefusedException {
    return AttributePatch.parse(patch.getBytes(UTF_8)).of(BEFORE);
  }
}
