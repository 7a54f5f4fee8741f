package io.sketchstream.shell.problem;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.PropertyBindingException;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Reads JSON that callers send: one value of at most a million names and values, nothing after it,
/// no name twice in an object. Errors name the position in the text, but no class of the parser or
/// of this project.
///
/// **Threads:** any.
public final class StrictJson {
  private static final int FIELD_CHARS_MAX = 200;

  /// Short names and values take far more memory as objects than as text.
  private static final int VALUES_MAX = 1_000_000;

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(VALUES_MAX).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final Pattern TWICE = Pattern.compile("Duplicate field '(.*)'.*", Pattern.DOTALL);

  private StrictJson() {}

  /// Reads an object, whatever its fields.
  ///
  /// @param what it is, as a subject: "the patch"
  /// @param example of it, for the caller who sent something else
  /// @param refusal makes the exception of what is wrong
  public static <E extends Exception> JsonNode object(
      String what, String example, byte[] json, Function<String, E> refusal) throws E {
    JsonNode object = read(what, () -> JSON.readTree(json), refusal);
    if (!object.isObject()) {
      throw refusal.apply("%s is not a JSON object such as %s".formatted(what, example));
    }
    return object;
  }

  /// Reads an object with known fields; null is refused.
  ///
  /// @param what it is, as a subject: "the part"
  /// @param refusal makes the exception of what is wrong
  public static <T, E extends Exception> T read(
      String what, TypeReference<T> type, byte[] json, Function<String, E> refusal) throws E {
    T value = read(what, () -> JSON.readValue(json, type), refusal);
    if (value == null) {
      throw refusal.apply(what + " is null");
    }
    return value;
  }

  private interface Reading<T> {
    T value() throws IOException;
  }

  private static <T, E extends Exception> T read(
      String what, Reading<T> reading, Function<String, E> refusal) throws E {
    try {
      return reading.value();
    } catch (JacksonException e) {
      throw refusal.apply(mistake(what, e));
    } catch (IOException _) { // Bytes are no file: only their characters can be wrong.
      throw refusal.apply(what + " is not valid UTF-8");
    }
  }

  /// What is wrong with JSON, as a sentence.
  ///
  /// @param what it is, as a subject: "the body"
  static String mistake(String what, JacksonException e) {
    if (e instanceof JsonMappingException mapping) {
      if (e.getCause() instanceof JacksonException syntax) {
        return mistake(what, syntax); // What is wrong is not the field that it was found in.
      }
      if (!mapping.getPath().isEmpty()) {
        return "field '%s' %s%s".formatted(field(mapping), mistake(mapping), place(e));
      }
      if (!mapping.getOriginalMessage().startsWith("Trailing token")) {
        return what + " does not have the expected type" + place(e);
      }
    }
    return what + " is " + mistake(e);
  }

  /// The mistake without a subject, for text that is not JSON.
  static String mistake(JacksonException e) {
    if (e instanceof StreamConstraintsException) {
      return "JSON that is nested too deeply, or has too many values, or too long a name, text or"
          + " number";
    }
    String text = String.valueOf(e.getOriginalMessage());
    if (text.contains("UTF-8")) {
      return "not valid UTF-8" + place(e);
    }
    Matcher twice = TWICE.matcher(text);
    String reason =
        twice.matches()
            ? ": '" + bounded(twice.group(1)) + "' is given twice"
            : text.startsWith("Trailing token") ? ": something follows its end" : "";
    return "not valid JSON" + place(e) + reason;
  }

  private static String mistake(JsonMappingException e) {
    return e instanceof PropertyBindingException unknown && unknown.getKnownPropertyIds() != null
        ? unknown.getKnownPropertyIds().stream()
            .map(Object::toString)
            .sorted()
            .collect(Collectors.joining(", ", "is not one of ", ""))
        : "does not have the expected type";
  }

  private static String field(JsonMappingException e) {
    List<JsonMappingException.Reference> path = e.getPath();
    return bounded(
        path.stream()
            .map(part -> part.getFieldName() == null ? "[]" : part.getFieldName())
            .collect(Collectors.joining(".")));
  }

  private static String place(JacksonException e) {
    JsonLocation at = e.getLocation();
    return at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  private static String bounded(String text) {
    return text.length() > FIELD_CHARS_MAX ? text.substring(0, FIELD_CHARS_MAX) + "…" : text;
  }
}
