package io.sketchstream.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiltersTest {
  @Test
  void quotesValues() {
    assertEquals("id in (\"a\")", Filters.in("id", List.of("a")));
    assertEquals(
        "gallery in (\"a b\", \"say \\\"x\\\"\", \"back\\\\slash\")",
        Filters.in("gallery", List.of("a b", "say \"x\"", "back\\slash")));
  }
}
