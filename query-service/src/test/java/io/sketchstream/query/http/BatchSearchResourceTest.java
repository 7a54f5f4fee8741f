package io.sketchstream.query.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.query.http.BatchSearchResource.BatchAnswer;
import io.sketchstream.shell.problem.Problem;
import io.sketchstream.shell.problem.ProblemException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
