package io.sketchstream.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.query.http.BatchSearchResource.BatchAnswer;
import io.sketchstream.shell.problem.Problem;
import io.sketchstream.shell.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BatchSearchResourceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "7",
        "{}",
        "{\"strokes\":null}",
        "{\"strokes\":5}",
        "{\"strokes\":\"[]\"}",
        "{\"strokes\":[null]}",
        "{\"sketch\":\"\"}",
        "{\"sketch\":\"~\"}",
        "{\"sketch\":[1]}"
      })
  void refusesASearchWithoutASketch(String search) throws Exception {
    ProblemException refused =
        assertThrows(
            ProblemException.class,
            () -> BatchSearchResource.sketch(new ObjectMapper().readTree(search), 3));

    assertEquals(400, refused.problem().status());
  }

  @Test
  void refusesBytesThatAreNoText() {
    byte[] noCharacter = {0, 0, 0, '"', 0x7f, -1, -1, -1};
    ProblemException refused =
        assertThrows(
            ProblemException.class,
            () -> BatchSearchResource.searches(new ByteArrayInputStream(noCharacter), 2));

    assertEquals("the batch is not valid UTF-8", refused.problem().detail());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"strokes":[[[0,1],[0,1]]],"sketch":"aGk="} | search 3 has both strokes and sketch
          {"strokes":[[[0,1],[0,1]]],"k":5}           | search 3 has no field 'k'
          {"sketch":"~"}                              | search 3: sketch is not base64
          """)
  void saysWhatIsWrong(String search, String detail) throws Exception {
    ProblemException refused =
        assertThrows(
            ProblemException.class,
            () -> BatchSearchResource.sketch(new ObjectMapper().readTree(search), 3));

    assertTrue(refused.problem().detail().startsWith(detail), refused.problem()::detail);
    assertFalse(refused.problem().detail().contains("Node"), refused.problem()::detail);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"searches\":[{}]} {}",
        "{\"searches\":[{}],\"searches\":[{}]}",
        "{\"searches\":[{}],\"k\":5}",
        "{\"searches\":{}}",
        "[{}]"
      })
  void refusesABodyWithAnythingElse(String body) {
    ProblemException refused =
        assertThrows(
            ProblemException.class,
            () -> BatchSearchResource.searches(new ByteArrayInputStream(body.getBytes(UTF_8)), 2));

    assertEquals(400, refused.problem().status());
  }

  @Test
  void aFailureNobodyExpectedIsTheProblemOfItsSearch() throws Exception {
    BatchAnswer good = new BatchAnswer(null, Problem.of(400, "no ink"));

    List<BatchAnswer> answers =
        BatchSearchResource.answers(
            List.of(
                CompletableFuture.failedFuture(new IllegalStateException("a defect")),
                CompletableFuture.completedFuture(good)));

    assertEquals(500, answers.get(0).problem().status());
    assertTrue(answers.get(0).problem().detail().contains("under id"), answers.toString());
    assertEquals(good, answers.get(1));
  }
}
