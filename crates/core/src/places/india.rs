//! India.

use super::{Country, Province};

/// India: states and union territories, 6-digit PIN codes, ten national digits.
pub(super) const IN: Country = Country {
    code: "IN",
    provinces: &[
        Province { name: "Andhra Pradesh", code: "AP", spellings: &["andhra"], bounds: (1240, 7650, 1940, 8500) },
        Province { name: "Assam", code: "AS", spellings: &[], bounds: (2390, 8945, 2820, 9620) },
        Province { name: "Bihar", code: "BR", spellings: &[], bounds: (2400, 8310, 2775, 8845) },
        Province { name: "Chandigarh", code: "CH", spellings: &["chandigarh ut"], bounds: (3050, 7650, 3100, 7700) },
        Province {
            name: "Chhattisgarh",
            code: "CG",
            spellings: &["chattisgarh", "ct"],
            bounds: (1760, 8000, 2430, 8450),
        },
        Province {
            name: "Delhi",
            code: "DL",
            spellings: &["new delhi", "nct of delhi", "ncr delhi"],
            bounds: (2830, 7660, 2900, 7750),
        },
        Province { name: "Goa", code: "GA", spellings: &[], bounds: (1480, 7360, 1585, 7445) },
        Province { name: "Gujarat", code: "GJ", spellings: &["gujrat"], bounds: (2000, 6800, 2490, 7460) },
        Province { name: "Haryana", code: "HR", spellings: &[], bounds: (2755, 7430, 3105, 7765) },
        Province { name: "Himachal Pradesh", code: "HP", spellings: &["himachal"], bounds: (3020, 7540, 3330, 7910) },
        Province {
            name: "Jammu and Kashmir",
            code: "JK",
            spellings: &["jammu kashmir", "j k"],
            bounds: (3210, 7340, 3510, 7690),
        },
        Province { name: "Jharkhand", code: "JH", spellings: &[], bounds: (2170, 8310, 2555, 8800) },
        Province { name: "Karnataka", code: "KA", spellings: &["karnatak"], bounds: (1130, 7380, 1870, 7870) },
        Province { name: "Kerala", code: "KL", spellings: &["kerela"], bounds: (810, 7470, 1290, 7755) },
        Province { name: "Ladakh", code: "LA", spellings: &[], bounds: (3220, 7570, 3600, 7990) },
        Province { name: "Madhya Pradesh", code: "MP", spellings: &["m p"], bounds: (2090, 7380, 2700, 8290) },
        Province { name: "Maharashtra", code: "MH", spellings: &["maharastra"], bounds: (1540, 7240, 2230, 8110) },
        Province { name: "Odisha", code: "OD", spellings: &["orissa", "or"], bounds: (1760, 8120, 2270, 8760) },
        Province { name: "Puducherry", code: "PY", spellings: &["pondicherry"], bounds: (1070, 7510, 1690, 8250) },
        Province { name: "Punjab", code: "PB", spellings: &[], bounds: (2940, 7370, 3265, 7710) },
        Province { name: "Rajasthan", code: "RJ", spellings: &[], bounds: (2290, 6930, 3040, 7840) },
        Province { name: "Tamil Nadu", code: "TN", spellings: &["tamilnadu"], bounds: (780, 7610, 1370, 8050) },
        Province { name: "Telangana", code: "TS", spellings: &["telengana", "tg"], bounds: (1570, 7710, 2010, 8130) },
        Province { name: "Uttar Pradesh", code: "UP", spellings: &["u p"], bounds: (2370, 7690, 3055, 8480) },
        Province {
            name: "Uttarakhand",
            code: "UK",
            spellings: &["uttaranchal", "ut"],
            bounds: (2860, 7740, 3160, 8120),
        },
        Province { name: "West Bengal", code: "WB", spellings: &["w b", "bengal"], bounds: (2130, 8570, 2740, 9000) },
    ],
    postal_digits: 6,
    dial_prefix: "91",
    national_digits: 10,
    bounds: (650, 6800, 3720, 9750),
};
