package io.sketchstream.ingest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.events.ImageAttributes;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.http.FileDescriptions.FileDescription;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AttributeReaderTest {
  @Test
  void readsTheQuery() throws Exception {
    ImageAttributes attributes = query("title", " Cat ", "tags", "a, b,,a", "extra.x", "1");
    assertEquals("Cat", attributes.getTitle());
    assertEquals(List.of("a", "b"), attributes.getTagsList());
    assertEquals(Map.of("x", "1"), attributes.getExtraMap());
    assertEquals("", attributes.getUri());
  }

  @Test
  void readsAGalleryAsAFurtherAttribute() throws Exception {
    assertEquals(Map.of("gallery", "museum"), query("gallery", " museum ").getExtraMap());
    assertEquals(Map.of(), query("gallery", " ").getExtraMap());
  }

  /// Its sender believes that the image has it.
  @Test
  void refusesAnAttributeThatThereIsNot() throws Exception {
    refuses("titel", "there is no attribute 'titel'; did you mean 'title'?");
    refuses("tag", "did you mean 'tags'?");
    refuses("colour", "there is no attribute 'colour'; a further one is set by extra.colour=");
  }

  @Test
  void refusesAnAttributeThatIsGivenTwice() throws Exception {
    MultivaluedMap<String, String> twice = new MultivaluedHashMap<>();
    twice.addAll("extra.x", "1", "2");
    RefusedException e =
        assertThrows(RefusedException.class, () -> AttributeReader.fromQuery(twice));
    assertTrue(e.getMessage().contains("extra.x is given 2 times"), e.getMessage());

    MultivaluedMap<String, String> tags = new MultivaluedHashMap<>();
    tags.addAll("tags", "a,b", "c");
    assertEquals(List.of("a", "b", "c"), AttributeReader.fromQuery(tags).getTagsList());
  }

  private static void refuses(String name, String reason) {
    RefusedException e = assertThrows(RefusedException.class, () -> query(name, "x"));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  @Test
  void prefersAttributesOfAFileOverCommonOnes() throws Exception {
    ImageAttributes all = query("title", "All", "tags", "a", "extra.x", "1", "uri", "u");
    FileDescriptions descriptions =
        descriptions("{\"f\":{\"title\":\"One\",\"tags\":[],\"extra\":{\"y\":\"2\"}}}");
    ImageAttributes one = AttributeReader.merge(all, descriptions.of("f"));
    assertEquals("One", one.getTitle());
    assertEquals(List.of(), one.getTagsList());
    assertEquals(Map.of("x", "1", "y", "2"), one.getExtraMap());
    assertEquals("u", one.getUri());
    assertEquals(all, AttributeReader.merge(all, FileDescription.NONE));
  }

  /// A Mac writes file names decomposed, a keyboard composed.
  @Test
  void normalisesTextsToNfc() throws Exception {
    String decomposed = "Cafe\u0301 Mu\u0308ller";
    String composed = "Caf\u00e9 M\u00fcller";

    ImageAttributes all = query("title", decomposed, "tags", decomposed, "extra.x", decomposed);
    ImageAttributes one =
        AttributeReader.merge(
            all,
            descriptions(
                    "{\"f\":{\"title\":\"%s\",\"tags\":[\"%s\"]}}"
                        .formatted(decomposed, decomposed))
                .of("f"));

    for (ImageAttributes attributes : List.of(all, one)) {
      assertEquals(composed, attributes.getTitle());
      assertEquals(List.of(composed), attributes.getTagsList());
      assertEquals(Map.of("x", composed), attributes.getExtraMap());
    }
  }

  @Test
  void refusesAttributesOutOfBounds() {
    refused("title", "title", "x".repeat(1001));
    refused("uri", "uri", "x".repeat(2001));
    refused("tag", "tags", "x".repeat(101));
    refused("no name", "extra.", "x");
    refused("extra.x", "extra.x", "x".repeat(1001));
    RefusedException e =
        assertThrows(RefusedException.class, () -> descriptions("{\"f\":{\"titel\":\"\"}}"));
    assertTrue(e.getMessage().contains("titel"), e.getMessage());
  }

  private static FileDescriptions descriptions(String json) throws RefusedException {
    FileDescriptions descriptions = new FileDescriptions();
    descriptions.add(json);
    return descriptions;
  }

  private static void refused(String reason, String name, String value) {
    RefusedException e = assertThrows(RefusedException.class, () -> query(name, value));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  private static ImageAttributes query(String... namesAndValues) throws RefusedException {
    MultivaluedHashMap<String, String> query = new MultivaluedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      query.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return AttributeReader.fromQuery(query);
  }
}
