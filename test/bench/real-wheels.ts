/** The real wheels of the bench: popular projects from PyPI, pinned, about 300 files of 1.6 GB, none above 50 MB. */

/** One call of `pip download`. */
export interface WheelSet {
  /** Names the folder of the downloads. */
  readonly name: string;
  readonly requirements: readonly string[];
  readonly python: string;
  /** pip's names of the platforms; none: wheels for any platform. */
  readonly platforms: readonly string[];
}

/** Pure wheels. */
const PURE = requirements(`
  requests==2.32.3 urllib3==2.4.0 idna==3.10 certifi==2025.4.26 click==8.1.8 jinja2==3.1.6 flask==3.1.0
  django==5.2.1 werkzeug==3.1.3 packaging==25.0 setuptools==80.3.1 wheel==0.45.1 pip==25.1.1 pytest==8.3.5
  pluggy==1.5.0 attrs==25.3.0 rich==14.0.0 pygments==2.19.1 sympy==1.14.0 networkx==3.4.2 mpmath==1.3.0
  six==1.17.0 python-dateutil==2.9.0.post0 pytz==2025.2 tzdata==2025.2 boto3==1.38.8 botocore==1.38.8
  s3transfer==0.12.0 pydantic==2.11.4 typing-extensions==4.13.2 fastapi==0.115.12 starlette==0.46.2
  httpx==0.28.1 anyio==4.9.0 sphinx==8.2.3 docutils==0.21.2 babel==2.17.0 virtualenv==20.31.1 tqdm==4.67.1
`);

/** Pure wheels, an earlier release. */
const PURE_EARLIER = requirements(`
  requests==2.31.0 urllib3==1.26.18 idna==3.7 click==8.1.7 jinja2==3.1.4 flask==3.0.3 django==4.2.13
  packaging==24.0 setuptools==70.0.0 pip==24.0 pytest==8.2.2 rich==13.7.1 pygments==2.18.0 sympy==1.12
  networkx==3.3 boto3==1.34.113 botocore==1.34.113 pydantic==2.7.2 typing-extensions==4.12.0 httpx==0.27.0
  sphinx==7.3.7 babel==2.15.0 virtualenv==20.26.2 tqdm==4.66.4
`);

/** Wheels with compiled code. */
const BINARY = requirements(`
  numpy==2.2.6 scipy==1.15.3 pandas==2.2.3 matplotlib==3.10.3 pillow==11.2.1 scikit-learn==1.6.1
  scikit-image==0.25.2 statsmodels==0.14.4 cryptography==44.0.3 lxml==5.4.0 pyarrow==19.0.1
  aiohttp==3.11.18 cffi==1.17.1 pydantic-core==2.33.2 msgpack==1.1.0 orjson==3.10.18 grpcio==1.71.0
  h5py==3.13.0 llvmlite==0.44.0 numba==0.61.2 shapely==2.1.0 psutil==7.0.0 pyyaml==6.0.2 regex==2024.11.6
  markupsafe==3.0.2 zstandard==0.23.0 kiwisolver==1.4.8 contourpy==1.3.2 fonttools==4.57.0
  opencv-python-headless==4.11.0.86 polars==1.29.0 duckdb==1.2.2 sqlalchemy==2.0.40 greenlet==3.2.1
  rpds-py==0.24.0 yarl==1.20.0 multidict==6.4.3 frozenlist==1.6.0 wrapt==1.17.2 cython==3.0.12
  ruff==0.11.8 coverage==7.8.0 protobuf==6.30.2 pyzmq==26.4.0 tornado==6.4.2 debugpy==1.8.14 bcrypt==4.3.0
  pynacl==1.5.0 charset-normalizer==3.4.2 mypy==1.15.0 black==25.1.0
`);

/** Wheels with compiled code, an earlier release. */
const BINARY_EARLIER = requirements(`
  numpy==1.26.4 scipy==1.13.1 pandas==2.1.4 matplotlib==3.8.4 pillow==10.3.0 scikit-learn==1.4.2
  statsmodels==0.14.2 cryptography==42.0.8 lxml==5.2.2 pyarrow==15.0.2 aiohttp==3.9.5 cffi==1.16.0
  pydantic-core==2.18.4 msgpack==1.0.8 orjson==3.10.3 grpcio==1.62.2 llvmlite==0.42.0 numba==0.59.1
  shapely==2.0.4 pyyaml==6.0.1 regex==2024.5.15 markupsafe==2.1.5 zstandard==0.22.0 kiwisolver==1.4.5
  contourpy==1.2.1 fonttools==4.51.0 polars==0.20.31 duckdb==0.10.3 sqlalchemy==2.0.30 greenlet==3.0.3
  rpds-py==0.18.1 yarl==1.9.4 multidict==6.0.5 frozenlist==1.4.1 wrapt==1.16.0 ruff==0.4.7 coverage==7.5.3
  pyzmq==26.0.3 tornado==6.4 debugpy==1.8.1 bcrypt==4.1.3 charset-normalizer==3.3.2 mypy==1.10.0
`);

const WINDOWS = ["win_amd64"];
const MACOS_ARM = ["macosx_14_0_arm64"];

/** All of them. */
export const WHEEL_SETS: readonly WheelSet[] = [
  { name: "pure", requirements: PURE, python: "3.12", platforms: [] },
  { name: "pure-earlier", requirements: PURE_EARLIER, python: "3.12", platforms: [] },
  { name: "linux-x86", requirements: BINARY, python: "3.12", platforms: linux("x86_64") },
  { name: "macos-arm", requirements: BINARY, python: "3.12", platforms: MACOS_ARM },
  { name: "windows", requirements: BINARY, python: "3.11", platforms: WINDOWS },
  { name: "linux-arm-earlier", requirements: BINARY_EARLIER, python: "3.11", platforms: linux("aarch64") },
  { name: "windows-earlier", requirements: BINARY_EARLIER, python: "3.10", platforms: WINDOWS },
];

/** What a short run takes: 63 pure wheels of 105 MB. */
export const SHORT_WHEEL_SETS: readonly WheelSet[] = WHEEL_SETS.slice(0, 2);

function requirements(text: string): string[] {
  return text.trim().split(/\s+/);
}

/** pip takes a manylinux name at its word: each generation that a machine of today accepts is listed. */
function linux(machine: string): string[] {
  const generations = [
    "manylinux_2_28",
    "manylinux_2_27",
    "manylinux_2_26",
    "manylinux_2_24",
    "manylinux_2_17",
  ];
  const older = ["manylinux2014", "manylinux2010", "manylinux1", "linux"];
  return [...generations, ...older].map((generation) => `${generation}_${machine}`);
}
