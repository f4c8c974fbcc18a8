"""What every view of the API does before and after its own work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from apps.api import answers, throttles
from apps.api.parameters import Parameters
from apps.api.readers import Reader, ReaderAuthentication
from apps.api.shapes import ProblemShape

if TYPE_CHECKING:
    from apps.accounts.models import ApiToken

V = TypeVar("V", bound=type["ApiView"])
PROBLEMS = (400, 401, 403, 404, 429)


class ApiView(APIView):
    """Reads only. Subclasses answer ``read`` with plain values; ``allowed`` are the query parameters they know."""

    allowed: ClassVar[tuple[str, ...]] = ()
    authentication_classes = (ReaderAuthentication,)
    permission_classes = ()
    renderer_classes = (answers.JsonRenderer,)
    parser_classes = ()

    def get_exception_handler(self) -> Callable[[Exception, Mapping[str, Any]], HttpResponse | None]:
        """Errors of the domain and of REST framework alike."""
        return answers.handle

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count the call before any work is done."""
        super().initial(request, *args, **kwargs)
        throttles.check(request._request, cast("ApiToken | None", request.auth))

    def get(self, request: Request, **kwargs: str) -> Response:
        """One answer."""
        given = Parameters(request._request.GET, self.allowed)
        return Response(self.read(request.user, given, **kwargs))

    def read(self, reader: Reader, given: Parameters, **kwargs: str) -> Any:
        """The answer as plain values. Raises what the domain raises."""
        return {}

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """What a browser asks before it reads for a page of another origin."""
        return HttpResponse(status=204)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Headers for browsers and caches; 304 for who has this answer already."""
        final: HttpResponseBase = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(final, Response) and request.method in {"GET", "HEAD"}:
            final = answers.conditional(request._request, final.render())
        answers.open_to_browsers(final)
        # Asked of what is there: where signing in failed, asking ``request.auth`` would fail once more.
        answers.cached(final, known=bool(getattr(request, "_auth", None)) or request._request.user.is_authenticated)
        return final


def described(
    name: str,
    summary: Any,
    shape: type[Serializer[None]],
    *,
    parameters: dict[str, tuple[Any, Any]] | None = None,
    tag: str,
) -> Callable[[V], V]:
    """Tells the OpenAPI document about a view's ``get``; ``parameters`` are (type, description) by name."""

    def decorate(view: V) -> V:
        told = parameters or {}
        missing = set(view.allowed) ^ set(told)
        if missing:
            raise TypeError(
                f"{view.__name__}: parameters that are allowed and not described, or the reverse: {missing}"
            )
        query = [
            OpenApiParameter(parameter, kind, OpenApiParameter.QUERY, description=text)
            for parameter, (kind, text) in told.items()
        ]
        schema = extend_schema(
            operation_id=name,
            summary=summary,
            tags=[tag],
            parameters=query,
            responses={
                200: shape,
                **{(status, "application/problem+json"): ProblemShape for status in PROBLEMS},
            },
        )
        return extend_schema_view(get=schema)(view)

    return decorate


TEXT, NUMBER, MOMENT = OpenApiTypes.STR, OpenApiTypes.INT, OpenApiTypes.STR
