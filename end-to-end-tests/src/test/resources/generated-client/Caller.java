import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.GalleryResourceApi;
import org.openapitools.client.api.ImagesApi;
import org.openapitools.client.api.SearchResourceApi;
import org.openapitools.client.model.FoundImage;
import org.openapitools.client.model.ListedImage;
import org.openapitools.client.model.Problem;
import org.openapitools.client.model.WriteResult;

/// What a user of the generated client writes. Answers in lines, which the test compares.
public final class Caller implements BiFunction<String, Path, List<String>> {
  @Override
  public List<String> apply(String address, Path photo) {
    try {
      return call(address, photo);
    } catch (ApiException e) {
      throw new IllegalStateException(e.getCode() + " " + e.getResponseBody(), e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> call(String address, Path photo) throws Exception {
    ApiClient client = new ApiClient();
    client.setBasePath(address);
    ImagesApi images = new ImagesApi(client);
    // Required parameters come first, then the others by name; see the generated sources.
    WriteResult written =
        images.putImage("generated-1", photo.toFile(), "A drawing", null, null, null);
    List<FoundImage> hits =
        new SearchResourceApi(client)
            .searchBySketch(
                photo.toFile(), written.getPosition(), null, null, null, null, null, null, "1",
                null, null, null, null, null, null, null)
            .getHits();
    List<ListedImage> listed =
        new GalleryResourceApi(client)
            .listImages(
                null, null, null, null, "id:generated-1", null, null, null, null, null)
            .getImages();
    return List.of(
        written.getStatus(),
        hits.stream().map(FoundImage::getImageId).collect(Collectors.joining()),
        listed.stream().map(ListedImage::getTitle).collect(Collectors.joining()),
        problem(images));
  }

  private static String problem(ImagesApi images) throws Exception {
    try {
      images.getImageMetadata("absent");
      return "found";
    } catch (ApiException e) {
      Problem problem = new ObjectMapper().readValue(e.getResponseBody(), Problem.class);
      return e.getCode() + " " + problem.getStatus() + " " + problem.getDetail();
    }
  }
}
