package io.sketchstream.training.runs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.shell.problem.ProblemException;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LabelCursorTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "cat-1:ann", "\u00e9t\u00e9 7", "after:"})
  void returnsToTheLabelOfThePageBefore(String labelId) {
    assertEquals(labelId, LabelCursor.labelId(LabelCursor.of(labelId)));
  }

  @Test
  void isEmptyOnTheFirstAndAfterTheLastPage() {
    assertEquals("", LabelCursor.of(""));
    assertEquals("", LabelCursor.labelId(""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"zzz", "label-1", "YWZ0ZXI6", "YWZ0ZXI6YQ==", "CAESBGNhdDE", "%", "\u00e9"})
  void refusesWhatIsNoCursor(String cursor) {
    ProblemException refused =
        assertThrows(ProblemException.class, () -> LabelCursor.labelId(cursor));
    assertEquals(400, refused.problem().status());
    assertTrue(refused.problem().detail().contains("'" + cursor + "'"));
  }

  /// Bytes that are no text would come back as another label id.
  @Test
  void refusesBytesThatAreNoText() {
    byte[] bytes = "after:?".getBytes(UTF_8);
    bytes[6] = (byte) 0xff;
    String cursor = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    assertThrows(ProblemException.class, () -> LabelCursor.labelId(cursor));
  }
}
