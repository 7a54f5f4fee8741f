package io.sketchstream.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UpOptionsTest {
  @Test
  void hasDefaults() throws Exception {
    Path home = Path.of(System.getProperty("user.home"), ".sketchstream");
    assertEquals(new UpOptions(8080, home, Optional.empty()), UpOptions.parse());
  }

  @Test
  void takesValuesAfterASpaceOrAnEqualsSign() throws Exception {
    UpOptions expected = new UpOptions(9000, Path.of("/tmp/a=b"), Optional.of("m"));
    assertEquals(expected, UpOptions.parse("--port", "9000", "--home", "/tmp/a=b", "--model", "m"));
    assertEquals(expected, UpOptions.parse("--port=9000", "--home=/tmp/a=b", "--model=m"));
  }

  @Test
  void expandsTheTildeThatTheShellLeft() throws Exception {
    Path home = Path.of(System.getProperty("user.home"), "gallery");
    assertEquals(home, UpOptions.parse("--home=~/gallery").home());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--port=x", "--port=65536", "--port=-1", "--port", "--port=", "up", "-x"})
  void refusesWhatItDoesNotUnderstand(String argument) {
    var refused = assertThrows(RefusedStartException.class, () -> UpOptions.parse(argument));
    assertTrue(!refused.getMessage().isBlank());
  }
}
