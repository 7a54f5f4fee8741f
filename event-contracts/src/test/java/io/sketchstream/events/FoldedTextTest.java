package io.sketchstream.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FoldedTextTest {
  @ParameterizedTest
  @CsvSource({
    "\u00c9T\u00c9, \u00e9t\u00e9",
    "E\u0301TE\u0301, \u00e9t\u00e9",
    "STRASSE, stra\u00dfe",
    "STRA\u1e9eE, stra\u00dfe",
    "\u0130STANBUL, istanbul",
    "I\u0307stanbul, istanbul",
    "I\u015eIK, \u0131\u015f\u0131k",
    "\u039f\u0394\u039f\u03a3, \u03bf\u03b4\u03bf\u03c2",
    "\u03bf\u03b4\u03bf\u03c3, \u03bf\u03b4\u03bf\u03c2",
    "\ufb01sh, FISH",
    "\u01c5, \u01c6",
  })
  void isTheSameInEachCase(String one, String other) {
    assertEquals(FoldedText.of(one), FoldedText.of(other));
  }

  @Test
  void keepsOtherLettersApart() {
    assertNotEquals(FoldedText.of("\u00e9t\u00e9"), FoldedText.of("ete"));
    assertNotEquals(FoldedText.of("\u00f6l"), FoldedText.of("ol"));
  }

  /// So a text that was read from the index can be asked for.
  @Test
  void changesNothingTheSecondTime() {
    for (int c = 1; c <= Character.MAX_CODE_POINT; c++) {
      String folded = FoldedText.of("a" + Character.toString(c) + "b");
      assertEquals(folded, FoldedText.of(folded), () -> "a letter that folds twice");
      String alone = FoldedText.of(Character.toString(c));
      assertEquals(alone, FoldedText.of(alone), () -> "a letter that folds twice");
    }
  }
}
