package io.sketchstream.encoder.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OneDnnTest {
  @ParameterizedTest
  @CsvSource({
    ", false, true",
    ", true, false",
    "AVX2, false, false",
    "AVX512_CORE_VNNI, true, true",
    "ALL, true, true"
  })
  void allInstructionsAreUsedWhereTheCachesAreKnownOrTheUserSaysSo(
      String setting, boolean cachesHidden, boolean unlimited) {
    assertEquals(unlimited, OneDnn.unlimited(setting, cachesHidden));
  }
}
