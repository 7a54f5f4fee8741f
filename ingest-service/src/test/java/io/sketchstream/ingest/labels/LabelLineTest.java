package io.sketchstream.ingest.labels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.sketch.SketchRenderer;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.labels.LabelLine.Label;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LabelLineTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final LabelLine parser = new LabelLine(new SketchRenderer());

  @Test
  void readsALabelledImage() throws Exception {
    Label label =
        parse(
            "{\"imageId\":\"cat-1\",\"class\":\"cat\",\"labelledBy\":\"ann\",\"labelId\":\"l1\"}");
    assertEquals("cat-1", label.event().getImageId());
    assertEquals("cat", label.event().getClassName());
    assertEquals("ann", label.event().getLabelledBy());
    assertEquals("l1", label.event().getLabelId());
    assertEquals(NOON.getEpochSecond(), label.event().getLabelledAt().getSeconds());
  }

  @Test
  void readsLabelledStrokes() throws Exception {
    Label label = parse("{\"strokes\":[[[0,9,20],[0,30,5]],[[1,2],[3,4]]],\"class\":\"bird\"}");
    assertEquals(2, label.event().getSketch().getStrokes().getStrokesCount());
  }

  @Test
  void keepsOneLabelPerLabellerAndExample() throws Exception {
    String cat = idOf("{\"imageId\":\"i\",\"class\":\"cat\",\"labelledBy\":\"ann\"}");
    assertEquals(cat, idOf("{\"imageId\":\"i\",\"class\":\"dog\",\"labelledBy\":\"ann\"}"));
    assertEquals(cat, idOf("{\"imageId\":\"i\",\"labelledBy\":\"ann\",\"withdrawn\":true}"));
    assertNotEquals(cat, idOf("{\"imageId\":\"i\",\"class\":\"cat\",\"labelledBy\":\"bob\"}"));
    assertNotEquals(cat, idOf("{\"imageId\":\"j\",\"class\":\"cat\",\"labelledBy\":\"ann\"}"));
  }

  @Test
  void acceptsWrongLabelsOfSeveralClasses() throws Exception {
    String noCat = "{\"imageId\":\"i\",\"class\":\"cat\",\"wrong\":true}";
    assertTrue(parse(noCat).event().getWrong());
    assertNotEquals(idOf(noCat), idOf("{\"imageId\":\"i\",\"class\":\"cat\"}"));
    assertNotEquals(idOf(noCat), idOf(noCat.replace("cat", "dog")));
    assertEquals(idOf(noCat), idOf(noCat.replace("}", ",\"withdrawn\":true}")));
  }

  @Test
  void withdrawsByIdAlone() throws Exception {
    Label label = parse("{\"labelId\":\"l1\",\"withdrawn\":true}");
    assertTrue(label.withdrawn());
    assertEquals("l1", label.event().getLabelId());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          nonsense                                              | not valid JSON
          []                                                    | not a JSON object
          {"imageId":"a"}                                       | class is missing
          {"imageId":"a","class":"x","clas":"y"}                | 'clas'
          {"class":"x"}                                         | exactly one
          {"imageId":"a","strokes":[],"class":"x"}              | exactly one
          {"imageId":"a b","class":"x"}                         | imageId
          {"imageId":"a","labelId":"/","class":"x"}             | labelId
          {"imageId":"a","class":7}                             | class is not a string
          {"strokes":[[[0,1],[0]]],"class":"x"}                 | stroke 0
          {"sketch":"%%","class":"x"}                           | base64
          {"sketch":"","class":"x"}                             | base64
          {"imageId":"a","class":"x","wrong":"yes"}             | wrong is "yes", not true or false
          {"imageId":"a","class":"x","wrong":1}                 | wrong is 1, not true or false
          {"imageId":"a","class":"x","withdrawn":"true"}        | withdrawn is "true", not true or false
          {"imageId":"a","class":"x"} {"imageId":"b"}           | not valid JSON
          {"imageId":"a","class":"x","class":"y"}               | 'class' is given twice
          """)
  void saysWhatIsWrong(String line, String reason) {
    RefusedException e = assertThrows(RefusedException.class, () -> parse(line));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  @Test
  void refusesAnInvisibleSketch() {
    String sketch = Base64.getEncoder().encodeToString("no picture".getBytes(UTF_8));
    assertThrows(
        RefusedException.class, () -> parse("{\"sketch\":\"" + sketch + "\",\"class\":\"x\"}"));
  }

  private Label parse(String line) throws RefusedException {
    return parser.parse(line.getBytes(UTF_8), NOON);
  }

  private String idOf(String line) throws RefusedException {
    return parse(line).event().getLabelId();
  }
}
