package io.sketchstream.shell.problem;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StrictJsonTest {
  private static final TypeReference<Map<String, Thing>> THINGS = new TypeReference<>() {};

  record Thing(String name, List<String> tags) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {               | the body is not valid JSON at line 1, column 2
          {"a": tru}      | the body is not valid JSON at line 1, column 7
          {} {}           | the body is not valid JSON at line 1, column 4: something follows its end
          {"a":1,"a":2}   | the body is not valid JSON at line 1, column 11: 'a' is given twice
          {"a":{"b":1,"b":2}} | the body is not valid JSON at line 1, column 16: 'b' is given twice
          []              | the body is not a JSON object such as {"a": 1}
          ``              | the body is not a JSON object such as {"a": 1}
          null            | the body is not a JSON object such as {"a": 1}
          """)
  void saysWhatIsWrongWithAnObject(String json, String reason) {
    assertEquals(reason, refusal(() -> object(json.getBytes(UTF_8))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"x.png":{"tags":7}}       | field 'x.png.tags' does not have the expected type at line 1, column 18
          {"x":{"tags":["a",{}]}}    | field 'x.tags.[]' does not have the expected type at line 1, column 19
          {"x":{"title":"a"}}        | field 'x.title' is not one of name, tags at line 1, column 19
          {"x":{"tags":["a}}         | the body is not valid JSON at line 1, column 19
          {"x":{},"x":{}}            | the body is not valid JSON at line 1, column 12: 'x' is given twice
          {"x":{"name":"","name":""}} | the body is not valid JSON at line 1, column 23: 'name' is given twice
          {} []                      | the body is not valid JSON at line 1, column 4: something follows its end
          []                         | the body does not have the expected type at line 1, column 1
          null                       | the body is null
          """)
  void saysWhatIsWrongWithAFieldOfAKnownType(String json, String reason) {
    assertEquals(reason, refusal(() -> read(json)));
  }

  @Test
  void boundsWhatIsReadAndItsText() {
    String tooMany = "{\"x\":{\"tags\":[" + "\"\",".repeat(1_000_000) + "\"\"]}}";
    assertTrue(refusal(() -> read(tooMany)).contains("too many values"));
    assertTrue(refusal(() -> object(tooMany.getBytes(UTF_8))).contains("too many values"));
    String deep = "{\"a\":" + "[".repeat(2000);
    assertTrue(refusal(() -> object(deep.getBytes(UTF_8))).contains("nested too deeply"));
    String name = "n".repeat(1000);
    String longName = "{\"" + name + "\":1,\"" + name + "\":1}";
    assertTrue(refusal(() -> object(longName.getBytes(UTF_8))).length() < 300);
  }

  @Test
  void saysThatTextIsNotUtf8() {
    byte[] latin1 = "{\"a\":\"\u00e9x\"}".getBytes(ISO_8859_1);
    assertEquals("the body is not valid UTF-8 at line 1, column 9", refusal(() -> object(latin1)));
    byte[] noCharacter = {0, 0, 0, '"', 0x7f, -1, -1, -1}; // As its zeros look like UTF-32.
    assertEquals("the body is not valid UTF-8", refusal(() -> object(noCharacter)));
  }

  private static Object object(byte[] json) {
    return StrictJson.object("the body", "{\"a\": 1}", json, IllegalStateException::new);
  }

  private static Object read(String json) {
    return StrictJson.read("the body", THINGS, json.getBytes(UTF_8), IllegalStateException::new);
  }

  private static String refusal(Runnable reading) {
    return assertThrows(IllegalStateException.class, reading::run).getMessage();
  }
}
