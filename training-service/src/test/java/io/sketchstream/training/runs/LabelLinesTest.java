package io.sketchstream.training.runs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.Sketch;
import io.sketchstream.images.sketch.StrokesJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

final class LabelLinesTest {
  @Test
  void writesLabelsInTheFormatOfUploads() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Sketch drawn =
        Sketch.newBuilder()
            .setStrokes(StrokesJson.parse("[[[0.1,2],[3,4.5]],[[7],[8]]]".getBytes(UTF_8)))
            .build();

    LabelLines.write(
        visitor -> {
          visitor.label("l1", label("cat").setImageId("image-1").setWrong(true).build());
          visitor.label("l2", label("dog").setSketch(drawn).build());
          visitor.label(
              "l3",
              label("dog")
                  .setSketch(Sketch.newBuilder().setRaster(ByteString.copyFromUtf8("png")))
                  .build());
        },
        out);

    assertEquals(
        """
        {"labelId":"l1","imageId":"image-1","class":"cat","labelledBy":"ann","wrong":true}
        {"labelId":"l2","strokes":[[[0.1,2.0],[3.0,4.5]],[[7.0],[8.0]]],"class":"dog","labelledBy":"ann"}
        {"labelId":"l3","sketch":"cG5n","class":"dog","labelledBy":"ann"}
        """,
        out.toString(UTF_8));
  }

  @Test
  void stopsWhenTheCallerDisconnects() {
    IOException gone = new IOException("gone");
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int oneByte) throws IOException {
            throw gone;
          }
        };
    ExampleLabelled label = label("x".repeat(20_000)).setImageId("image-1").build();
    assertSame(
        gone,
        assertThrows(
            IOException.class,
            () -> LabelLines.write(visitor -> visitor.label("l1", label), closed)));
  }

  private static ExampleLabelled.Builder label(String className) {
    return ExampleLabelled.newBuilder().setClassName(className).setLabelledBy("ann");
  }
}
