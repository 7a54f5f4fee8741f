package io.sketchstream.images.sketch;

import com.github.weisj.jsvg.parser.DomDocument;
import com.github.weisj.jsvg.parser.resources.RenderableResource;
import com.github.weisj.jsvg.parser.resources.ResourceLoader;
import com.github.weisj.jsvg.parser.resources.ResourcePolicy;
import com.github.weisj.jsvg.parser.resources.ResourceSupplier;
import com.github.weisj.jsvg.parser.resources.impl.ImageResource;
import com.github.weisj.jsvg.renderer.RenderContext;
import com.github.weisj.jsvg.renderer.output.Output;
import com.github.weisj.jsvg.view.FloatSize;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.decode.EmbeddedPicture;
import java.awt.geom.AffineTransform;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The pictures in a drawing. Those that it holds itself are shown; nothing is fetched, so a
/// drawing that would show the picture of another file is refused.
final class SvgPictures implements ResourceLoader, ResourcePolicy {
  static final List<String> REFERENCES = List.of("href", "xlink:href");
  private static final String OPACITY = "opacity:";
  private static final String DATA = "data:";
  private static final String SVG = "data:image/svg";
  private static final int COUNT_MAX = 1_000;

  private final List<String> references = new ArrayList<>();
  private Optional<String> problem = Optional.empty();
  private long pixels;

  /// Why not all are shown, after the drawing was rendered.
  Optional<String> problem() {
    return problem;
  }

  /// A number for each: the library only takes references that are well-formed.
  @Override
  public URI resolveResourceURI(URI document, String reference) {
    if (reference.isBlank() || reference.startsWith("#") || references.size() == COUNT_MAX) {
      return null;
    }
    references.add(reference);
    return URI.create("picture:" + (references.size() - 1));
  }

  @Override
  public URI resolveResourceURI(URI document, URI reference) {
    return resolveResourceURI(document, reference.toString());
  }

  /// Decoded when it is shown: what is only defined makes no difference.
  @Override
  public ResourceSupplier<RenderableResource> loadImage(DomDocument document, URI number) {
    String reference = references.get(Integer.parseInt(number.getSchemeSpecificPart()));
    return _ -> Optional.of(shown(reference));
  }

  /// A reference to a picture with an opacity of its own, which the library ignores.
  static String faint(String reference, String opacity) {
    return OPACITY + opacity + ";" + reference;
  }

  private RenderableResource shown(String reference) {
    try {
      boolean faint = reference.startsWith(OPACITY);
      int end = faint ? reference.indexOf(';') + 1 : 0;
      float opacity = faint ? opacity(reference.substring(OPACITY.length(), end - 1)) : 1;
      EmbeddedPicture picture = new EmbeddedPicture(bytes(reference.substring(end)), pixels);
      pixels += picture.pixels();
      return new Picture(new ImageResource(picture.decode()), opacity);
    } catch (RefusedImageException e) {
      problem = problem.or(() -> Optional.of(e.getMessage()));
      return new ImageResource(EmbeddedPicture.NONE);
    }
  }

  private static float opacity(String text) {
    return (float) Math.clamp(CssMath.of(text, unit -> unit.equals("%") ? .01 : 1).orElse(1), 0, 1);
  }

  /// Also with the opacity of the groups that it is in.
  private record Picture(ImageResource image, float opacity) implements RenderableResource {
    @Override
    public FloatSize intrinsicSize(RenderContext context) {
      return image.intrinsicSize(context);
    }

    @Override
    public void render(Output output, RenderContext context, AffineTransform transform) {
      output.applyOpacity(opacity * context.rawOpacity());
      image.render(output, context, transform);
    }
  }

  private static byte[] bytes(String reference) throws RefusedImageException {
    String text = reference.strip();
    int comma = text.indexOf(',');
    if (!text.regionMatches(true, 0, DATA, 0, DATA.length()) || comma < 0) {
      throw new RefusedImageException(
          "the SVG shows a picture of another file, which is not fetched: \"%.100s\"; embed it"
              .formatted(text));
    }
    if (text.regionMatches(true, 0, SVG, 0, SVG.length())) {
      throw new RefusedImageException(
          "a picture in the SVG is an SVG itself, which is not shown; export the drawing as one");
    }
    String data = text.substring(comma + 1);
    try {
      return text.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(";base64")
          ? Base64.getMimeDecoder().decode(decoded(data))
          : decoded(data).getBytes(StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException e) {
      throw new RefusedImageException("a picture in the SVG is damaged: it is not base64", e);
    }
  }

  private static String decoded(String data) {
    return data.indexOf('%') < 0
        ? data
        : URLDecoder.decode(data.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
  }
}
