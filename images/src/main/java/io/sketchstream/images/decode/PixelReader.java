package io.sketchstream.images.decode;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.file.ImageFile;
import io.sketchstream.images.file.ImageFile.Trust;
import io.sketchstream.images.file.ImageFormat;
import io.sketchstream.images.file.PngChecksum;
import io.sketchstream.images.file.TiffAlpha;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/// The only caller of ImageIO: every exception that its readers throw for a damaged file becomes a
/// refusal here.
final class PixelReader {
  private static final String JDK = "com.sun.imageio.plugins.";

  static {
    ImageIO.setUseCache(false);
  }

  private PixelReader() {}

  /// Decodes the first frame, in the colour model of the reader.
  ///
  /// @param subsampling subsampling factor in both directions; 1 keeps every pixel
  static BufferedImage read(ImageFile file, int subsampling, Deadline deadline)
      throws RefusedImageException {
    try {
      return read(file, file.bytes(), subsampling, deadline);
    } catch (RefusedImageException e) {
      Optional<byte[]> repaired =
          file.format() == ImageFormat.PNG ? PngChecksum.repaired(file) : Optional.empty();
      return read(file, repaired.orElseThrow(() -> e), subsampling, deadline);
    }
  }

  private static BufferedImage read(
      ImageFile file, byte[] bytes, int subsampling, Deadline deadline)
      throws RefusedImageException {
    String damage = "the " + file.format().label() + " is damaged or truncated";
    ImageReader reader = null;
    try (BytesInput input = new BytesInput(bytes, deadline)) {
      reader = provider(file).createReaderInstance();
      Damage warnings = new Damage();
      reader.addIIOReadWarningListener(warnings);
      reader.setInput(input, true, true);
      ImageReadParam param = reader.getDefaultReadParam();
      param.setSourceSubsampling(subsampling, subsampling, 0, 0);
      BufferedImage image = reader.read(0, param);
      deadline.check();
      if (image == null || warnings.found()) {
        throw new RefusedImageException(
            warnings.missing()
                ? "the " + file.format().label() + " is truncated or has a gap: pixels are missing"
                : damage);
      }
      if (FloatSamples.areIn(image) && reader.canReadRaster()) {
        FloatSamples.check(reader.readRaster(0, null), deadline); // The picture's are clamped.
      }
      return file.format() == ImageFormat.TIFF && TiffAlpha.isPremultiplied(file.bytes())
          ? premultiplied(image)
          : image;
    } catch (IOException e) {
      throw new RefusedImageException(damage, e);
    } catch (Deadline.ExpiredException e) {
      throw e;
    } catch (RuntimeException e) { // Damaged files cause nearly any exception.
      throw new RefusedImageException(damage, e);
    } finally {
      if (reader != null) {
        reader.dispose();
      }
    }
  }

  /// The reader of TIFF takes every opacity for one that the colours are not multiplied by.
  private static BufferedImage premultiplied(BufferedImage image) {
    ColorModel model = image.getColorModel();
    if (!(model instanceof ComponentColorModel) || !model.hasAlpha()) {
      return image;
    }
    ColorModel premultiplied =
        new ComponentColorModel(
            model.getColorSpace(), true, true, model.getTransparency(), model.getTransferType());
    return new BufferedImage(premultiplied, image.getRaster(), true, null);
  }

  private static ImageReaderSpi provider(ImageFile file) throws RefusedImageException {
    ImageFormat format = file.format();
    return switch (format) {
      case JPEG -> file.trust() == Trust.FOREIGN ? Jpeg.PROVIDER : Jpeg.JDK_PROVIDER;
      case WEBP -> new WebPImageReaderSpi();
      case TIFF -> new TIFFImageReaderSpi();
      case PNG, GIF, BMP -> jdk(format.name().toLowerCase(Locale.ROOT));
      case HEIF, SVG -> throw new IllegalArgumentException("ImageIO does not read " + format);
    };
  }

  private static ImageReaderSpi jdk(String format) {
    Iterator<ImageReaderSpi> providers =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
    while (providers.hasNext()) {
      ImageReaderSpi provider = providers.next();
      if (provider.getPluginClassName().startsWith(JDK + format + ".")) {
        return provider;
      }
    }
    throw new IllegalStateException("this Java has no reader for " + format);
  }

  /// The reader for JPEG wraps the JDK's, which it looks up when it is registered. Registered here
  /// because the class loader of an application server may hide it from ImageIO.
  private static final class Jpeg {
    static final ImageReaderSpi PROVIDER = register();
    static final ImageReaderSpi JDK_PROVIDER = jdk("jpeg");

    private static ImageReaderSpi register() {
      IIORegistry registry = IIORegistry.getDefaultInstance();
      JPEGImageReaderSpi known = registry.getServiceProviderByClass(JPEGImageReaderSpi.class);
      if (known != null) {
        return known;
      }
      JPEGImageReaderSpi provider = new JPEGImageReaderSpi();
      registry.registerServiceProvider(provider, ImageReaderSpi.class);
      return provider;
    }
  }
}
