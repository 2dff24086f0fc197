from tests.sample_kind.models.errands import Errand as Errand
