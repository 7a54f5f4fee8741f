package io.sketchstream.images.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.images.RefusedImageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFormatTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FF0A                             | JPEG XL
          0000000C4A584C200D0A870A         | JPEG XL
          0000000C6A5020200D0A870A         | JPEG 2000
          000000186674797063727820         | camera raw (CR3)
          49492A00100000004352020000000000 | camera raw (CR2)
          49495500180000008800             | camera raw (RW2)
          49492B0008000000                 | BigTIFF
          4D4D002B00080000                 | BigTIFF
          38425053000100000000             | a Photoshop document (PSD)
          255044462D312E37                 | a PDF document
          000001000100                     | a Windows icon (ICO)
          50350A34203420323535             | Netpbm (PBM, PGM, PPM)
          00000018667479706D703432         | a video
          504B030414000000                 | a ZIP archive
          49491A0000004845415043434452     | camera raw (CRW)
          69636E7300000000                 | a macOS icon (ICNS)
          8A4D4E470D0A1A0A                 | MNG
          0000001C667479704D344120         | an audio file
          0000000877696465000000006D646174 | a video
          000001BA44000400                 | a video
          4944330400000000                 | an audio file
          526172211A0700                   | a RAR archive
          377ABCAF271C0004                 | a 7-Zip archive
          D0CF11E0A1B11AE1                 | a Microsoft Office document
          01DA010100030060                 | SGI
          50460A3320320A2D312E300A         | Netpbm (PBM, PGM, PPM)
          0A050108000000007F02DF01         | PCX
          0000020000000000000000008002E0011820 | Targa (TGA)
          000101000000011800000000400030000800 | Targa (TGA)
          0100000024000000000000000000000000000000000000000000000000000000000000000000000020454D46 | a Windows metafile (EMF)
          """)
  void namesUnsupportedFormats(String hex, String name) {
    byte[] start = Arrays.copyOf(java.util.HexFormat.of().parseHex(hex), 64);

    RefusedImageException refused =
        assertThrows(RefusedImageException.class, () -> ImageHeader.read(start));

    assertEquals(name + " is not supported; export it as JPEG or PNG", refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"heic", "mif1", "avif", "msf1", "heix"})
  void knowsHeicAndAvif(String brand) throws RefusedImageException {
    byte[] start =
        ("\0\0\0\u0018ftyp" + brand + "\0\0\0\0mif1heic").getBytes(StandardCharsets.ISO_8859_1);

    assertEquals(ImageFormat.HEIF, ImageFormat.of(start));
  }

  /// The first brand may be of a camera or of a newer profile.
  @ParameterizedTest
  @ValueSource(strings = {"MiHB", "1pic", "mif2", "MA1B"})
  void knowsHeicAndAvifByTheirFurtherBrands(String brand) throws RefusedImageException {
    String start = "\0\0\0\u0018ftyp" + brand + "\0\0\0\0";

    assertEquals(
        ImageFormat.HEIF,
        ImageFormat.of((start + "miafheic").getBytes(StandardCharsets.ISO_8859_1)));
    assertThrows(
        RefusedImageException.class,
        () -> ImageFormat.of((start + "isommp42").getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void namesInkMl() {
    byte[] ink =
        "<?xml version='1.0'?><!-- of a tablet --><ink xmlns='http://www.w3.org/2003/InkML'>"
            .getBytes(StandardCharsets.UTF_8);

    String reason =
        assertThrows(RefusedImageException.class, () -> ImageFormat.of(ink)).getMessage();

    assertTrue(reason.startsWith("InkML is not supported"), reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '<!DOCTYPE html><html><title>404</title>'        | it is an HTML page
          '  <HTML lang="en"><body>'                        | it is an HTML page
          '<?xml version="1.0"?><Error><Code>Denied</Code>' | it is XML
          '{"error":"not found"}'                           | it is JSON
          'Dear all, please find attached the picture.'     | it is a text
          'BMW is a maker of cars. Here is one of them.'    | it is a text
          'data:image/png;base64,iVBORw0KGgo='              | it is a data URL
          '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgH'     | it is the Base64 of one
          'version https://git-lfs.github.com/spec/v1'      | it only names a file
          """)
  void saysWhatAFileIsThatIsNoImage(String text, String what) {
    byte[] file = text.getBytes(StandardCharsets.UTF_8);
    String reason =
        assertThrows(RefusedImageException.class, () -> ImageHeader.read(file)).getMessage();

    assertTrue(reason.startsWith("this is not an image: " + what), reason);
  }

  @Test
  void saysWhatABinaryFileIsThatIsNoImage() {
    byte[] sidecar = Arrays.copyOf(new byte[] {0, 5, 0x16, 7, 0, 2}, 4096);
    assertTrue(
        assertThrows(RefusedImageException.class, () -> ImageHeader.read(sidecar))
            .getMessage()
            .contains("macOS"));
    assertTrue(
        assertThrows(RefusedImageException.class, () -> ImageHeader.read(new byte[4096]))
            .getMessage()
            .contains("zeros"));
  }

  @Test
  void recognisesCameraRawByItsDirectory() {
    // A TIFF of one entry: the colour filter array.
    byte[] raw =
        java.util.HexFormat.of()
            .parseHex("49492a00080000000100060103000100000023800000" + "00000000");

    String reason =
        assertThrows(RefusedImageException.class, () -> ImageHeader.read(raw)).getMessage();

    assertTrue(reason.startsWith("camera raw"), reason);
  }

  @Test
  void namesAGzipThatHoldsNoSvg() {
    byte[] archive = gzip("ustar and other files".repeat(100).getBytes(StandardCharsets.UTF_8));

    assertEquals(
        "a gzip archive is not supported; export it as JPEG or PNG",
        assertThrows(RefusedImageException.class, () -> ImageFormat.of(archive)).getMessage());
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  @Test
  void knowsSvgHoweverItsRootIsNamed() throws RefusedImageException {
    for (String svg :
        new String[] {
          "<ns0:svg xmlns:ns0='http://www.w3.org/2000/svg'/>",
          "<?xml version='1.0'?><!--" + "a long licence <svg> ".repeat(1000) + "--><svg/>",
          "<!DOCTYPE svg [<!-- " + "x ".repeat(4000) + "-->]><svg width='1'/>"
        }) {
      assertEquals(ImageFormat.SVG, ImageFormat.of(svg.getBytes(StandardCharsets.UTF_8)));
      assertEquals(ImageFormat.SVG, ImageFormat.of(svg.getBytes(StandardCharsets.UTF_16LE)));
    }
    for (String other :
        new String[] {
          "<html><body><svg></svg></body></html>", "<!-- <svg> --><p/>", "<x:y><svg/></x:y>"
        }) {
      assertThrows(
          RefusedImageException.class,
          () -> ImageFormat.of(other.getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void knowsSvgHoweverItIsWritten() throws RefusedImageException {
    String svg = "<?xml version='1.0'?>\n<!-- drawn --><svg xmlns='http://www.w3.org/2000/svg'/>";
    for (byte[] bytes :
        new byte[][] {
          svg.getBytes(StandardCharsets.UTF_8),
          ("\ufeff" + svg).getBytes(StandardCharsets.UTF_8),
          ("\ufeff" + svg).getBytes(StandardCharsets.UTF_16LE),
          ("\ufeff" + svg).getBytes(StandardCharsets.UTF_16BE),
          svg.getBytes(StandardCharsets.UTF_16LE),
          gzip(svg.getBytes(StandardCharsets.UTF_8))
        }) {
      assertEquals(ImageFormat.SVG, ImageFormat.of(bytes));
    }
  }
}
