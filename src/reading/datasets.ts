/** Datasets and benchmarks so well known that they are named without saying what they are; spelling matters. */
const NAMES = `CIFAR-10;nuScenes;ImageNet;GSM8K;GSM8k;KITTI;CIFAR-100;MNIST;COCO;ImageNet-1K;MMLU;LIBERO;LoCoMo;GenEval;HotpotQA;ALFWorld;MATH500;
ScanNet;SemanticKITTI;HumanEval;HumanEval+;GPQA;AIME;AIME24;MATH-500;VBench;CelebA;POPE;MIMIC-CXR;VisA;VideoMME;MS-COCO;ADE20K;
LongVideoBench;Bench2Drive;NAVSIM;WebShop;TruthfulQA;AIME25;Video-MME;LiveCodeBench;MMLU-Pro;ACDC;MVTec AD;Fashion-MNIST;
LongBench;Human3.6M;WebArena;ImageNet-1k;DTU;HumanML3D;Cityscapes;MBPP;MBPP+;MVTec-AD;MLVU;GLUE;SuperGLUE;MIMIC-IV;PASCAL VOC;ScanNet++;
LongMemEval;MMMU;MMMU-Pro;MuSiQue;GPQA-Diamond;ModelNet40;CelebA-HQ;VSI-Bench;MTEB;FFHQ;MedQA;OSWorld;LVIS;MathVista;ScanRefer;NTU RGB+D;
NuScenes;AndroidWorld;PubMedQA;VisDrone;MS COCO;TriviaQA;CheXpert;RefCOCO;RefCOCO+;RefCOCOg;S3DIS;ScreenSpot-Pro;UCF101;CIFAR10;RealEstate10K;
CIFAR100;UCF-101;UCF-Crime;KITTI-360;IEMOCAP;AIME2024;ScanNet200;BrowseComp;SQuAD;SVHN;WikiText-103;MT-Bench;
ScienceWorld;LVBench;Tiny-ImageNet;TinyImageNet;TinyStories;ImageNet-100;MIMIC-III;AppWorld;BDD100K;BFCL;LIDC-IDRI;CUB-200;BraTS;ShapeNet;HMDB51;
D4RL;ETH3D;EgoSchema;Occ3D-nuScenes;DomainNet;NYUv2;CIRR;SWE-bench;SWE-Bench;SWE-bench Verified;SWE-Bench Verified;SWE-bench Lite;HAM10000;ImageNet-C;MVBench;LEVIR-CD;
BEIR;CIFAR-10/100;IMDB;HICO-DET;MathVerse;Pascal VOC;ScanObjectNN;Kvasir-SEG;LLFF;OPV2V;SUN RGB-D;ScienceQA;Flickr30K;Flickr30k;
DAVIS;IFEval;SST-2;MMEB;T2I-CompBench;Real3D-AD;AMC23;BBH;Argoverse 2;MSR-VTT;WikiText-2;Argoverse2;VQAv2;XD-Violence;FashionIQ;Ego4D;
MPI-INF-3DHP;Nr3D;MMStar;DPG-Bench;GenImage;GQA;CALVIN;QM9;Mip-NeRF360;Mip-NeRF 360;MSCOCO;MedMCQA;NExT-QA;MathVision;WHU-CD;MELD;MOT17;MOT20;DanceTrack;
LibriSpeech;miniF2F;ProofNet;BioASQ;CUB-200-2011;AdvBench;WebQSP;SQA3D;MMBench;CAMUS;DL3DV;ARC-Challenge;ARC-AGI;WebVoyager;FEVER;
Kinetics-400;ImageNet-R;ImageNet-A;Matterport3D;PIE-Bench;ChartQA;DocVQA;CSL-Daily;VITON-HD;AlpacaEval;AlpacaEval 2.0;Arena-Hard;OlympiadBench;LOCOMO;
FaceForensics++;ScanQA;CT-RATE;CMU-MOSI;CMU-MOSEI;DroneVehicle;EuroSAT;University-1652;ScanNetV2;DAIR-V2X;EchoNet-Dynamic;R2R-CE;
Real-IAD;FashionMNIST;InfoSeek;STL-10;WMDP;TravelPlanner;MedMNIST;How2Sign;SimplerEnv;REAL275;DFDC;TextVQA;PathVQA;OpenLane-V2;CommonsenseQA;HarmBench;
AG News;Anomaly-ShapeNet;HaluEval;nuPlan;DeepMind Control;KIT-ML;ShanghaiTech;VQA-RAD;EMNIST;HealthBench;HellaSwag;WinoGrande;
PIQA;BoolQ;OpenBookQA;SciQ;StrategyQA;NaturalQuestions;Natural Questions;2WikiMultihopQA;2WikiMultiHopQA;MS MARCO;MSMARCO;CNN/DailyMail;XSum;
THUMOS14;ActivityNet;Something-Something V2;Charades-STA;QVHighlights;YouCook2;Market-1501;MSMT17;BTAD;MPDD;Meta-World;MetaWorld;RoboCasa;RLBench;
StereoSet;CrowS-Pairs;BBQ;WinoBias;ToxiGen;RealToxicityPrompts;JailbreakBench;StrongREJECT;SimpleQA;tau-bench;ToolBench;AgentBench;Mind2Web;
Spider;CodeContests;BigCodeBench;DS-1000;CRUXEval;VoxCeleb;VoxCeleb1;CommonVoice;Common Voice;AudioCaps;Clotho;ESC-50;AudioSet;MUSDB18;LJSpeech;VCTK;
ogbn-arxiv;ogbn-products;Cora;Citeseer;MovieLens;MovieLens-1M;MovieLens-100K;Last.fm;Gowalla;ETTh1;ETTm1`;

/** Each name, as written. */
export const WELL_KNOWN: ReadonlySet<string> = new Set(NAMES.split(/[;\n]+/).filter((name) => name !== ''));
