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
    client.updateBaseUri(address);
    ImagesApi images = new ImagesApi(client);
    WriteResult written =
        images.putImage(
            ImagesApi.APIPutImageRequest.newBuilder()
                .id("generated-1")
                .body(photo.toFile())
                .title("A drawing")
                .build());
    List<FoundImage> hits =
        new SearchResourceApi(client)
            .searchBySketch(
                SearchResourceApi.APISearchBySketchRequest.newBuilder()
                    .body(photo.toFile())
                    .after(written.getPosition())
                    .k("1")
                    .build())
            .getHits();
    List<ListedImage> listed =
        new GalleryResourceApi(client)
            .listImages(
                GalleryResourceApi.APIListImagesRequest.newBuilder()
                    .filter("id:generated-1")
                    .build())
            .getImages();
    return List.of(
        written.getStatus(),
        hits.stream().map(FoundImage::getImageId).collect(Collectors.joining()),
        listed.stream().map(ListedImage::getTitle).collect(Collectors.joining()),
        problem(images));
  }

  private static String problem(ImagesApi images) throws Exception {
    try {
      images.getImageMetadata(
          ImagesApi.APIGetImageMetadataRequest.newBuilder().id("absent").build());
      return "found";
    } catch (ApiException e) {
      Problem problem = new ObjectMapper().readValue(e.getResponseBody(), Problem.class);
      return e.getCode() + " " + problem.getStatus() + " " + problem.getDetail();
    }
  }
}
