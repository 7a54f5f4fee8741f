package io.sketchstream.training.runs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.training.leadership.CommandRefusedException;
import java.io.ByteArrayInputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunOverridesTest {
  @Test
  void readsNestedAndDottedNames() {
    assertEquals(
        Map.of("iterations", "3", "schedule.learningRate", "2.0E-4"),
        parse("{\"iterations\": 3, \"schedule\": {\"learningRate\": 2e-4}}"));
    assertEquals(Map.of(), parse(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "x", "{\"a\":1} {\"b\":2}", "{\"a\":1,\"a\":2}", "{\"a\":null}"})
  void refusesWhatIsNotOneObject(String body) {
    String message = assertThrows(CommandRefusedException.class, () -> parse(body)).getMessage();
    assertTrue(!message.contains("sketchstream"), message);
  }

  private static Map<String, String> parse(String body) {
    return RunOverrides.parse(new ByteArrayInputStream(body.getBytes(UTF_8)));
  }
}
