package io.sketchstream.shell.problem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ReasonsTest {
  @Test
  void nameNoPathOfTheMachine() {
    IOException missing =
        assertThrows(IOException.class, () -> Files.readString(Path.of("/home/ann/none")));
    assertEquals("a file is missing", Reasons.of(missing));
    assertEquals("a file is missing", Reasons.of(new UncheckedIOException("/x", missing)));
    assertEquals("a file is missing", Reasons.of(new FileNotFoundException("/home/ann/none (No)")));
    assertEquals(
        "No space left on device",
        Reasons.of(new FileSystemException("/home/ann/x", null, "No space left on device")));
    assertEquals("a file can't be used", Reasons.of(new FileSystemException("/home/ann/x")));
  }

  @Test
  void nameNoClassOfAParser() {
    ObjectMapper mapper = new ObjectMapper();
    JacksonException deep =
        assertThrows(JacksonException.class, () -> mapper.readTree("[".repeat(5000)));
    assertEquals(
        "JSON that is nested too deeply, or has too many values, or too long a name, text or number",
        Reasons.of(deep));
    JacksonException latin1 =
        assertThrows(
            JacksonException.class, () -> mapper.readTree(new byte[] {'"', (byte) 0xe9, 'x', '"'}));
    assertTrue(Reasons.of(latin1).startsWith("not valid UTF-8 at line 1"), Reasons.of(latin1));
    JacksonException wrong = assertThrows(JacksonException.class, () -> mapper.readTree("[1,x]"));
    assertTrue(
        Reasons.of(wrong).matches("not valid JSON at line 1, column \\d"), Reasons.of(wrong));
  }

  @Test
  void keepOtherMessages() {
    assertEquals("Kafka is away", Reasons.of(new IllegalStateException("Kafka is away")));
    assertEquals("the reason is unknown", Reasons.of(new IllegalStateException()));
  }
}
